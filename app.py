"""The WSGI object, built from the environment: ``app:app``."""

from doorknock import create_app

app = create_app()
