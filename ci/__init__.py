"""What `./dev` and CI have in common; standard library only, Python 3.7 and newer."""
