#!/bin/sh
# Builds the virtual environment $1 from requirements.lock, every package checked by its hash.
# Needs python3 3.11 to 3.13 and pip; never touches the system's Python (works where it is externally managed).
set -eu
venv=$1
python=${PYTHON:-python3}

"$python" - <<'CHECK'
import sys
if not (3, 11) <= sys.version_info[:2] < (3, 14):
    sys.exit("tamis needs Python 3.11, 3.12 or 3.13; this is %d.%d. Set PYTHON=/path/to/python3.12 and try again."
             % sys.version_info[:2])
CHECK

# Without ensurepip (Debian's python3 without python3-venv) a bare environment still works: pip installs into it from outside.
"$python" -m venv --clear --without-pip "$venv"
pip_into() { "$python" -m pip --python "$venv/bin/python" --quiet --disable-pip-version-check "$@"; }

if command -v uv >/dev/null 2>&1; then
  uv=uv
elif pip_into install --require-hashes --no-deps -r requirements-uv.lock; then
  uv=$venv/bin/uv
else
  uv=
fi

# Trust what the machine trusts: a company's proxy has a certificate of its own (old and new name of the setting).
export UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true

with_uv() {
  "$uv" pip install --quiet --python "$venv/bin/python" --require-hashes --no-deps -r requirements.lock &&
    "$uv" pip install --quiet --python "$venv/bin/python" --no-build-isolation --no-deps -e .
}

echo "installing the locked packages into $venv ..." >&2
if [ -z "$uv" ] || ! with_uv; then
  pip_into install --require-hashes --no-deps -r requirements.lock
  pip_into install --no-build-isolation --no-deps -e .
fi
