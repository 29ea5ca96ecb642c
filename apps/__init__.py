"""The product: studio, recipes, jobs, command line, web app and API."""
