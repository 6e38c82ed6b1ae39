# The two ways in: Tor's onion service and Caddy with TLS. Read by install and uninstall, not run.
# shellcheck shell=sh disable=SC2154

TORRC_D=/etc/tor/candour.d

open_tor() {
    tor_file=$TORRC_D/$instance.conf
    if [ "$tor" = no ]; then
        if [ -f "$tor_file" ]; then
            close_tor "$instance"
        fi
        return 0
    fi
    say "-> the onion service"
    make_onion
    onion=$(onion_of "$instance")
    install -d -m 0755 "$TORRC_D"
    fill "$HERE/tor/onion.conf" >"$tor_file.new"
    # Tor refuses a defence that it was built without.
    if ! tor --list-modules | grep -q '^pow: yes'; then
        sed -i '/^HiddenServicePoW/d' "$tor_file.new"
        say "   this Tor was built without the proof-of-work defence: left out"
    fi
    grep -q "^%include $TORRC_D/\\*.conf" "$TORRC" || printf '%%include %s/*.conf\n' "$TORRC_D" >>"$TORRC"
    changed=''
    cmp -s "$tor_file" "$tor_file.new" || changed=1
    mv "$tor_file.new" "$tor_file"
    tor --verify-config --quiet -f "$TORRC" --user debian-tor --DataDirectory /var/lib/tor ||
        die "Tor refuses its settings; 'tor --verify-config' says why. The portal is not reachable by Tor yet."
    if [ -n "$changed" ]; then service restart tor.service; fi
}

# A Tor without any network makes the address, so that settings and site can name it before anybody can reach it.
make_onion() {
    if [ -n "$(onion_of "$instance")" ]; then return 0; fi
    install -d -m 0700 -o debian-tor -g debian-tor "/var/lib/tor/candour-$instance"
    scratch=$(mktemp -d)
    : >"$scratch/torrc"
    chown -R debian-tor "$scratch"
    setpriv --reuid=debian-tor --regid=debian-tor --init-groups tor --quiet -f "$scratch/torrc" --defaults-torrc "$scratch/torrc" --DisableNetwork 1 \
        --SocksPort 0 --DataDirectory "$scratch/state" --HiddenServiceDir "/var/lib/tor/candour-$instance" \
        --HiddenServicePort "80 127.0.0.1:$port" &
    maker=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
        if [ -n "$(onion_of "$instance")" ]; then break; fi
        sleep 1
    done
    kill "$maker" 2>/dev/null || true
    wait "$maker" 2>/dev/null || true
    rm -rf "$scratch"
    [ -n "$(onion_of "$instance")" ] || die "Tor did not make an address. Run the same command again."
}

close_tor() { # the key stays: it is the address that people know
    rm -f "$TORRC_D/$1.conf"
    rmdir "$TORRC_D" 2>/dev/null || true
    if [ ! -d "$TORRC_D" ] && [ -f "$TORRC" ]; then
        grep -v "^%include $TORRC_D/" "$TORRC" >"$TORRC.new" || true
        cat "$TORRC.new" >"$TORRC"
        rm "$TORRC.new"
    fi
    service restart tor.service
}

# Caddy's file has one block of settings for all: we write the whole file, or leave another's alone.
check_caddyfile() {
    [ -f "$CADDYFILE" ] || return 0
    head -n 1 "$CADDYFILE" | grep -q 'Candour' && return 0
    debian=$(dpkg-query -W -f '${Conffiles}\n' caddy 2>/dev/null | sed -n "s#^ $CADDYFILE \([0-9a-f]*\).*#\1#p")
    [ "$debian" = "$(md5sum "$CADDYFILE" | cut -d' ' -f1)" ] && return 0
    die "$CADDYFILE has sites of yours, and they may log visitors. Take it away, or use --no-clearnet. Nothing was done."
}

open_web() {
    web_file=$CADDY_SITES/$instance.caddy
    if [ -z "$web" ]; then
        if [ -f "$web_file" ]; then
            close_web "$instance"
        fi
        return 0
    fi
    say "-> the web address"
    install -d -m 0755 "$CADDY_SITES"
    fill "$HERE/caddy/site.caddy" >"$web_file.new"
    if [ -z "$onion" ]; then sed -i '/Onion-Location/d' "$web_file.new"; fi
    changed=''
    { cmp -s "$web_file" "$web_file.new" && cmp -s "$HERE/caddy/Caddyfile" "$CADDYFILE"; } || changed=1
    mv "$web_file.new" "$web_file"
    install -m 0644 "$HERE/caddy/Caddyfile" "$CADDYFILE"
    caddy validate --adapter caddyfile --config "$CADDYFILE" >/dev/null 2>&1 ||
        die "Caddy refuses its settings; 'caddy validate --config $CADDYFILE' says why."
    if [ -n "$changed" ]; then service restart caddy.service; fi
}

close_web() {
    rm -f "$CADDY_SITES/$1.caddy"
    rmdir "$CADDY_SITES" 2>/dev/null || true
    # The last site is gone: nothing of ours may be served or asked for any more.
    if [ ! -d "$CADDY_SITES" ] && head -n 1 "$CADDYFILE" 2>/dev/null | grep -q 'Candour'; then
        rm "$CADDYFILE"
        service stop caddy.service
    else
        service restart caddy.service
    fi
}

fill() {
    sed -e "s/@INSTANCE@/$instance/g" -e "s/@PORT@/$port/g" -e "s/@WEB@/$web/g" -e "s/@ONION@/$onion/g" "$1"
}
