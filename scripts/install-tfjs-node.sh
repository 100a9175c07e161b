#!/usr/bin/env bash
# Builds @tensorflow/tfjs-node (or, with "gpu", @tensorflow/tfjs-node-gpu) without its own download, into
# $PLENOPTIC_CI_CACHE, and prints the package's folder: the value for PLENOPTIC_TFJS_NODE. What was built before is kept.
# libtensorflow comes out of TensorFlow's wheel on PyPI, the headers of Node's C interface from npm.
# On failure the last line on standard error is the reason.
set -euo pipefail
variant="${1:-cpu}"
cache="${PLENOPTIC_CI_CACHE:-$HOME/.cache/plenoptic-ci}"
tfjs_version=4.22.0
tensorflow_version=2.12.0

fail() {
  echo "$1" >&2
  exit 1
}

case "$variant" in
  cpu) package=tfjs-node wheel=tensorflow-cpu ;;
  gpu) package=tfjs-node-gpu wheel=tensorflow ;;
  *) fail "usage: install-tfjs-node.sh [cpu|gpu]" ;;
esac
prefix="$cache/$package"
folder="$prefix/node_modules/@tensorflow/$package"
binding="$folder/lib/napi-v8/tfjs_binding.node"

# TensorFlow's own log lines would be taken for the reason of a failure.
export TF_CPP_MIN_LOG_LEVEL=3

binding_loads() {
  [ -f "$binding" ] && node -e 'process.exit(require(process.argv[1]).TF_Version ? 0 : 1)' "$binding"
}

apt_install() {
  command -v apt-get >/dev/null || return 1
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  "${as_root[@]}" apt-get update -qq >&2 &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >&2
}

find_pip() {
  if python3 -m pip --version >/dev/null 2>&1; then
    pip=(python3 -m pip)
  elif [ -x "$cache/venv/bin/pip" ]; then
    pip=("$cache/venv/bin/pip")
  else
    return 1
  fi
}

install_tools() {
  local missing=()
  command -v g++ >/dev/null || missing+=(g++)
  command -v python3 >/dev/null || missing+=(python3)
  find_pip || missing+=(python3-pip)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}" ||
    fail "${missing[*]} missing, and apt-get cannot install it"
  find_pip || fail "pip is missing"
}

# Any Python can fetch it: the wheel is only unpacked, never run.
fetch_wheel() {
  mkdir -p "$cache/wheel"
  wheel_file() { find "$cache/wheel" -name "${wheel//-/_}-$tensorflow_version-cp311-*.whl" | head -1; }
  [ -n "$(wheel_file)" ] || "${pip[@]}" download --quiet --no-deps --only-binary=:all: --python-version 3.11 \
    --implementation cp --abi cp311 --platform manylinux2014_x86_64 --dest "$cache/wheel" \
    "$wheel==$tensorflow_version" >&2 || fail "$wheel $tensorflow_version cannot be downloaded from the package index"
  wheel_path="$(wheel_file)"
}

unpack_libtensorflow() {
  python3 - "$wheel_path" "$folder/deps" <<'PYTHON'
import os, shutil, sys, zipfile

wheel, deps = zipfile.ZipFile(sys.argv[1]), sys.argv[2]
include = "tensorflow/include/"
headers = tuple(include + part for part in ("tensorflow/c/", "tensorflow/core/platform/", "tensorflow/tsl/"))
for name in wheel.namelist():
    if name.startswith(headers) and name.endswith(".h"):
        target = os.path.join(deps, "include", name[len(include):])
    elif name.startswith("tensorflow/libtensorflow_"):
        target = os.path.join(deps, "lib", os.path.basename(name))
    else:
        continue
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with wheel.open(name) as source, open(target, "wb") as copy:
        shutil.copyfileobj(source, copy)
for short, full in (("tensorflow", "tensorflow_cc"), ("tensorflow_framework", "tensorflow_framework")):
    link = os.path.join(deps, "lib", f"lib{short}.so")
    if not os.path.lexists(link):
        os.symlink(f"lib{full}.so.2", link)
PYTHON
}

# One command instead of node-gyp, which would want the headers of Node itself, make and an old enough Python.
compile_binding() {
  mkdir -p "$(dirname "$binding")"
  (cd "$folder" && g++ -shared -fPIC -O2 -std=c++17 -DNAPI_VERSION=8 \
    -I"$prefix/node_modules/node-api-headers/include" -Ideps/include \
    -o "$binding.new" binding/tfjs_backend.cc binding/tfjs_binding.cc \
    -Ldeps/lib -ltensorflow -ltensorflow_framework '-Wl,-rpath,$ORIGIN/../../deps/lib') >&2 &&
    mv "$binding.new" "$binding"
}

# CUDA 11 and cuDNN 8, as TensorFlow 2.12 wants them; whoever runs Node adds these folders to LD_LIBRARY_PATH.
install_cuda() {
  [ -d "$prefix/cuda/nvidia/cudnn" ] || "${pip[@]}" install --quiet --no-deps --target "$prefix/cuda" \
    nvidia-cuda-runtime-cu11==11.8.89 nvidia-cuda-nvrtc-cu11==11.8.89 nvidia-cuda-cupti-cu11==11.8.87 \
    nvidia-cuda-nvcc-cu11==11.8.89 nvidia-cublas-cu11==11.11.3.6 nvidia-cufft-cu11==10.9.0.58 \
    nvidia-curand-cu11==10.3.0.86 nvidia-cusolver-cu11==11.4.1.48 nvidia-cusparse-cu11==11.7.5.86 \
    nvidia-cudnn-cu11==8.6.0.163 >&2 || fail "the CUDA 11 libraries cannot be downloaded from the package index"
}

if ! binding_loads 2>/dev/null; then
  [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "it can be built so on Linux with an x86-64 processor only"
  install_tools
  mkdir -p "$prefix"
  npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix "$prefix" \
    "@tensorflow/$package@$tfjs_version" node-api-headers@1.9.0 >&2 ||
    fail "@tensorflow/$package $tfjs_version cannot be downloaded from the npm registry"
  fetch_wheel
  unpack_libtensorflow || fail "libtensorflow cannot be taken out of $wheel_path"
  compile_binding || fail "the binding does not compile"
  binding_loads || fail "the binding does not load"
fi
if [ "$variant" = gpu ]; then
  find_pip || fail "pip is missing"
  install_cuda
fi
echo "$folder"
