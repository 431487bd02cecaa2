# Sourced by scripts/run and scripts/test: makes .venv from a hashed lock, once.  Needs Python 3.11 or 3.12 only.

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3 python; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
    "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null || continue
    echo "$candidate"
    return
  done
  echo "error: Python 3.11 or 3.12 is needed; name it with PYTHON=/path/to/python" >&2
  return 2
}

# make_env LOCK: installs exactly what LOCK lists (checked by hash), then this checkout on top of it.
make_env() {
  local lock=$1 python stamp
  python=$(find_python)
  stamp=$("$python" - "$lock" <<'PY'
import hashlib, pathlib, sys
texts = (pathlib.Path(name).read_bytes() for name in (sys.argv[1], "pyproject.toml"))
print(sys.argv[1], sys.version_info[:2], hashlib.sha256(b"".join(texts)).hexdigest())
PY
  )
  [ -f ".venv/made-$lock" ] && [ "$(cat ".venv/made-$lock")" = "$stamp" ] && return
  echo "making .venv (a few minutes the first time)" >&2
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  local pip=(.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps)
  if ! "${pip[@]}" --require-hashes -r "$lock" || ! "${pip[@]}" --no-build-isolation --editable .; then
    echo "error: $lock could not be installed (pip says why above). This step, done once, needs the network; try again with it" >&2
    return 2
  fi
  echo "$stamp" >".venv/made-$lock"
}
