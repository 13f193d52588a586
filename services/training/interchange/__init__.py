"""Questions in and out of files: spreadsheets and QTI packages, looked at before they change anything."""
