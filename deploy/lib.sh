# What install, publish, upgrade and uninstall share. Read by them, not run.
# Paths are fixed: the unit, Tor's and Caddy's files name the same ones.
# shellcheck shell=sh disable=SC2034

ETC=/etc/candour
DATA=/var/lib/candour
OPT=/opt/candour
RUN=$OPT/run
UNIT=/etc/systemd/system/candour@.service
JOURNAL=/etc/systemd/journald.conf.d/candour.conf
UPDATES=/etc/apt/apt.conf.d/52candour
TORRC=/etc/tor/torrc
CADDYFILE=/etc/caddy/Caddyfile
CADDY_SITES=/etc/caddy/candour.d
COMMANDS="publish doctor upgrade uninstall"

say() { printf '%s\n' "$*"; }
die() {
    printf 'candour: %s\n' "$*" >&2
    exit 1
}

need_root() {
    [ "$(id -u)" -eq 0 ] || die "please run this as root. Nothing was done."
}

# A name becomes part of paths and of a user's name: anything else than these letters stops here.
check_instance() {
    case $1 in
    "" | -* | *[!a-z0-9-]*) die "instance '$1': small letters, digits and hyphens, please. Nothing was done." ;;
    esac
    [ "${#1}" -le 20 ] || die "instance '$1' is longer than 20 letters. Nothing was done."
}

known_instance() {
    check_instance "$1"
    [ -f "$ETC/$1.toml" ] || die "there is no portal '$1' on this machine: $ETC/$1.toml is missing."
}

# A clean root, a container image, a rescue system: files can be laid, services cannot be started.
booted() { [ -d /run/systemd/system ]; }

service() {
    if booted; then
        systemctl "$@"
    elif [ "$1" = enable ] || [ "$1" = disable ]; then # needs no running systemd; the next start does the rest
        for service_unit in "$@"; do :; done
        systemctl --quiet "$1" "$service_unit"
    else
        say "   (systemd is not running here: 'systemctl $*' is left to you, or to the next start)"
    fi
}

as_portal() {
    as_portal_name=$1
    shift
    setpriv --reuid="candour-$as_portal_name" --regid="candour-$as_portal_name" --init-groups --inh-caps=-all \
        env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "HOME=$DATA/$as_portal_name" \
        "CANDOUR_CONFIG=$ETC/$as_portal_name.toml" "$@"
}

# The folder of a version is named by what is in it: the same name is the same bytes, and nothing is changed in place.
version_of() {
    version_number=$(sed -n 's/^version = "\([0-9A-Za-z.]*\)"$/\1/p' "$1/pyproject.toml" | head -n 1)
    [ -n "$version_number" ] || die "$1 is not a release of Candour: pyproject.toml has no version."
    version_sum=$(cd "$1" && find crypto portal recipients deploy pyproject.toml requirements.lock README.md LICENSE \
        -type f ! -path '*/__pycache__/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
    printf '%s-%s' "$version_number" "$version_sum"
}

# Lay a version beside the others; says where it is in $LAID. What was cut short is made again from the start.
lay_version() {
    LAID=$OPT/$(version_of "$1")
    [ -e "$LAID/.complete" ] && return 0
    say "-> the program, into $LAID"
    rm -rf "$LAID"
    install -d -m 0755 "$OPT" "$RUN" "$LAID"
    python3 -m venv "$LAID"
    "$LAID/bin/pip" install --quiet --disable-pip-version-check --no-input --only-binary :all: \
        --require-hashes --requirement "$1/requirements.lock"
    lay_source=$(mktemp -d)
    (cd "$1" && cp -R crypto portal recipients deploy pyproject.toml README.md LICENSE requirements.lock "$lay_source")
    cp -R "$lay_source/deploy" "$LAID/deploy"
    # --no-index: this step takes the files that are here, and nothing else.
    "$LAID/bin/pip" install --quiet --disable-pip-version-check --no-input --no-index --no-deps \
        --no-build-isolation "$lay_source"
    rm -rf "$lay_source"
    "$LAID/bin/python" -m compileall -q "$LAID/lib" >/dev/null
    chmod -R go=u,go-w "$LAID"
    touch "$LAID/.complete"
}

# The unit and the commands come from the newest version laid; every portal of the machine shares them.
lay_commands() {
    install -D -m 0644 "$1/deploy/units/candour@.service" "$UNIT"
    for command in $COMMANDS; do
        printf '#!/bin/sh\nexec "%s/deploy/%s" "$@"\n' "$1" "$command" >"/usr/local/sbin/candour-$command.new"
        chmod 0755 "/usr/local/sbin/candour-$command.new"
        mv "/usr/local/sbin/candour-$command.new" "/usr/local/sbin/candour-$command"
    done
    booted && systemctl daemon-reload
    return 0
}

point() { # INSTANCE VERSION_FOLDER: replace the link in one step
    ln -s "$2" "$RUN/$1.new.$$"
    mv -T "$RUN/$1.new.$$" "$RUN/$1"
}

port_of() { sed -n 's/^port = \([0-9]*\)$/\1/p' "$ETC/$1.toml"; }

answers_on() { # PORT: whether the page is served there, within 30 s
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        if python3 -c 'import sys, urllib.request as r
r.build_opener(r.ProxyHandler({})).open(f"http://127.0.0.1:{sys.argv[1]}/", timeout=5)' "$1" 2>/dev/null; then
            return 0
        fi
        sleep 2
    done
    return 1
}

onion_of() {
    if [ -f "/var/lib/tor/candour-$1/hostname" ]; then cat "/var/lib/tor/candour-$1/hostname"; fi
}
