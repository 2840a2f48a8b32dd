"""The fictional vendor's marketing assets: written sources in one folder a conversation, made into real files."""

from content_map.sample.library.assets import SampleAsset, assets, make_file

__all__ = ["SampleAsset", "assets", "make_file"]
