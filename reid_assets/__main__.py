"""`python -m reid_assets` is `reid-assets`."""

from reid_assets.cli import main

main()
