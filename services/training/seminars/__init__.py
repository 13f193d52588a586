"""Case seminars 案例研讨: the case of a session, which goes to the library when the session is closed."""
