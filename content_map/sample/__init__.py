"""The sample library: one fictional vendor's files, its people and customers, and a simulated year of use."""
