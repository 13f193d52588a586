"""Code that every service may use; it never imports a service."""
