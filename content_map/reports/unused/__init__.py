"""The parts of the unused-assets report, one idea a file: rows, breakdowns, trend, drift, restatements."""
