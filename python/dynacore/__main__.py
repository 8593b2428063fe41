"""`python -m dynacore` is the command line."""

from dynacore._cli import main

main(prog_name="dynacore")
