"""Ask the gallery on this machine whether it is well: exit status 0 if it is, else 1 and a sentence.

`GALLERY_PORT` says its port. It asks directly, whatever proxies the environment names.
"""

import http.client
import os
import sys

SECONDS = 4.0


def main() -> None:
    port = int(os.environ.get("GALLERY_PORT", "7860"))
    gallery = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        gallery.request("GET", "/health")
        status = gallery.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"The gallery does not answer on port {port}: {error}")
    finally:
        gallery.close()
    if status != 200:
        sys.exit(f"The gallery on port {port} answers with status {status}.")


if __name__ == "__main__":
    main()
