"""The WSGI entry point: `wsgi:app`."""

import os

from content_map.app import create_app
from content_map.config import Settings

app = create_app(Settings.from_environ(os.environ))
