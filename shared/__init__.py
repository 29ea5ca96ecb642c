"""The common prompt and encoder layer: media, prompts, masks, meshes, engines, weights, export.

Importing it costs numpy and no more. It knows neither a user interface nor a job.
"""
