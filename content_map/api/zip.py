"""A selection of originals at once."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from content_map.api._blueprint import ApiBlueprint
from content_map.schemas.zip import ZipQuery, ZipRequest
from content_map.zips import send_zip

blueprint = ApiBlueprint("zip", __name__, url_prefix="/assets/zip", description="Many originals at once")
ZIP = "application/zip"


@blueprint.route("", endpoint="all")
class Zip(MethodView):
    """Originals and a list of them."""

    @blueprint.arguments(ZipQuery, location="query")
    @blueprint.response(200, content_type=ZIP)
    def get(self, query: dict[str, Any]) -> Any:
        """Download several originals as one zip; its manifest.csv names each one's version and SHA-256."""
        return send_zip(**query)

    @blueprint.arguments(ZipRequest)
    @blueprint.response(200, content_type=ZIP)
    def post(self, given: dict[str, Any]) -> Any:
        """Download them, with the ids in the body instead of the address."""
        return send_zip(**given)
