"""Learned models: ONNX files, and Python functions in processes of their own."""
