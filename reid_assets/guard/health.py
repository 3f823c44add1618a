"""Whether a UI answers: `python -m reid_assets.guard.health URL`, for a container's health check.

Exit code 0: it does. A UI that asks for a login answers too, since the guard is part of the webserver's
process. Where the webserver or the daemon has ended, `reid-assets ui` ends as a whole.
"""

import sys
import urllib.error
import urllib.request

_SECONDS = 8.0
_LOGIN_WANTED = 401


def answers(url: str) -> bool:
    """Whether the UI at an address answers, with or without asking for a login."""
    if not url.startswith("http://"):
        return False
    # Never through a proxy: it is this machine that is asked.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_SECONDS) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        return error.code == _LOGIN_WANTED
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
