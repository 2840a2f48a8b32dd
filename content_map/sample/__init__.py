"""The sample library: one fictional vendor's files, its people and customers, and a simulated year of use."""

from content_map.sample.filling import fill

__all__ = ["fill"]
