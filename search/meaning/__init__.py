"""What a text means, as a vector: all-MiniLM-L6-v2 in plain NumPy, where the extra `[semantic]` is installed."""

from search.meaning.encoder import LONGEST_TEXT, Encoder
from search.meaning.installed import MODEL, ModelMissing, is_installed, open_encoder

__all__ = ["LONGEST_TEXT", "MODEL", "Encoder", "ModelMissing", "is_installed", "open_encoder"]
