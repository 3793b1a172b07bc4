"""Figures from result files. Reads DIR/run.json and DIR/points.csv, and nothing of the simulator."""
