#!/bin/sh
# usage: not_built.sh BACKEND
# Stands in for the suite of a backend whose plugin this build leaves out.
case ",$RELAYBURN_REQUIRE_BACKENDS," in
  *",$1,"*)
    echo "the $1 plugin was not built, and RELAYBURN_REQUIRE_BACKENDS names it" >&2
    exit 1
    ;;
esac
echo "the $1 plugin was not built: skipped"
exit 77
