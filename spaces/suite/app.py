"""Start the suite on a Space."""

from apps.web.app import serve

if __name__ == "__main__":
    serve(host="0.0.0.0", port=7860)
