#!/usr/bin/env python3
"""The interpreter as TLS server; openssl s_client, gnutls-cli and curl as clients (loopback).  --interp CMD [--out F] [--baseline F]"""
import argparse, json, os, re, shlex, subprocess, sys, time, socket, struct, threading, shutil
HERE = os.path.dirname(os.path.abspath(__file__))

def start(interp, certs, **o):
    o.setdefault("cert", "good"); o.setdefault("key", o["cert"])
    a = []
    for k, v in o.items():
        if k in ("cert", "cert2"): v = f"{certs}/{v}.chain.pem"
        elif k in ("key", "key2"): v = f"{certs}/{v}.key"
        elif k in ("ca", "crl"): v = f"{certs}/{v}"
        a.append(f"{k}={v}")
    p = subprocess.Popen(interp + [f"{HERE}/server_probe.py"] + a, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    line = p.stdout.readline().decode()
    if not line.startswith("PORT"):
        e = p.stderr.read().decode()[-300:]; p.kill(); p.wait(); raise RuntimeError("server did not start: " + line + e)
    return p, int(line.split()[1])

def finish(p, t=8):
    try: out, err = p.communicate(timeout=t)
    except subprocess.TimeoutExpired: p.kill(); out, err = p.communicate(); out += b"S|KILLED\n"
    return [l[2:] for l in out.decode(errors="replace").splitlines() if l.startswith("S|")], err.decode(errors="replace")[-300:]

def run(cmd, inp=b"hello\n", t=20, hold=1.0):
    p = subprocess.Popen(cmd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for part in inp.split(b"\0"):
            p.stdin.write(part); p.stdin.flush(); time.sleep(hold)
    except OSError: pass
    try: out, _ = p.communicate(timeout=t)
    except subprocess.TimeoutExpired: p.kill(); out, _ = p.communicate(); out += b"\nCLIENT-HANG"
    except ValueError: out = b""
    return p.returncode, out.decode(errors="replace")

def raw(port, data, rst=False, wait=True):
    s = socket.create_connection(("127.0.0.1", port), 5); s.settimeout(5)
    got = b""
    try:
        s.sendall(data)
        if rst: s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif wait:
            while True:
                b = s.recv(4096)
                if not b: break
                got += b
    except OSError as e: got += repr(e).encode()
    s.close(); return 0, got.hex() or "closed"

def main():
    ap = argparse.ArgumentParser(); ap.add_argument("--interp", default=sys.executable); ap.add_argument("--certs", default=HERE + "/certs"); ap.add_argument("--out"); ap.add_argument("--baseline"); ap.add_argument("--only", default="")
    a = ap.parse_args(); I = shlex.split(a.interp); C = a.certs; rows = []; cnt = {}
    base = {r["name"]: r for r in json.load(open(a.baseline))} if a.baseline else {}
    sc = lambda port, *x: ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "good.test", "-CAfile", f"{C}/ca.crt", "-verify_return_error", "-ign_eof" if "-quiet" in x else "-nocommands", *x]
    gn = lambda port, *x: ["gnutls-cli", "--x509cafile", f"{C}/ca.crt", "-p", str(port), "--sni-hostname", "good.test", "--verify-hostname", "good.test", "127.0.0.1", *x]
    cu = lambda port, *x: ["curl", "-sS", "--cacert", f"{C}/ca.crt", "--connect-to", f"good.test:{port}:127.0.0.1:{port}", f"https://good.test:{port}/", "-o", "/dev/null", "-w", "%{http_code} %{ssl_verify_result} %{http_version} %{size_download}", *x]
    def T(name, srv, cli, want_srv, want_cli=None, n=1, hold=0.6, fin=8):
        """want_*: regex; cli: callable(port)->(rc,out) or command list factory"""
        if a.only not in name: return
        if "gnutls" in name and not shutil.which("gnutls-cli"): return print(f"skip  {name}: no gnutls-cli", flush=True)
        t0 = time.time()
        try:
            p, port = start(I, C, conns=n, **srv); outs = []
            for i in range(n):
                c = cli(port); outs.append(run(c, hold=hold) if isinstance(c, list) else c)
            lines, err = finish(p, fin)
            last = lines[-1] if lines else "NOLINE " + err
            cout = outs[-1][1]
        except RuntimeError as e: last, cout = f"NOSTART {e}", ""
        if want_srv == "?": j = "info"
        else: j = "pass" if re.search(want_srv, last) and (want_cli is None or re.search(want_cli, cout)) else "FAIL"
        b = base.get(name); key = lambda s: "|".join(s.split("|")[:2])
        same = "" if not b else ("same" if key(b["server"]) == key(last) else "DIFF")
        for k in (j, same):
            if k: cnt[k] = cnt.get(k, 0) + 1
        tail = " ".join(re.findall(r"(?:alert [a-z ]+|SSL alert number \d+|Reused|New, TLS\S+|^\d{3} \d+ .*|Received alert[^\n]*|\*\*\* Fatal[^\n]*|CLIENT-HANG|Verif\w+: [^\n]*)", cout, re.M)[:5]) if not re.fullmatch("[0-9a-f]+|closed", cout) else cout[:60]
        rows.append(dict(name=name, judge=j, server=last, client=cout[-400:], secs=round(time.time() - t0, 2)))
        print(f"{j:5}{same:5} {name:42} {last[:150]} <> {tail[:100]}", flush=True)
    OKs, EOF_ = r"^HS\|", r"eof"
    for v, f in (("TLSv1.2", "-tls1_2"), ("TLSv1.3", "-tls1_3")):
        for k in ("good", "good_rsa", "good_p384", "good_ed25519", "good_int"):
            T(f"s_client {v} {k}", dict(cert=k), lambda p, f=f: sc(p, f), rf"^HS\|{v}\|.*eof", "hello")
    T("s_client p521 cert", dict(cert="good_p521"), lambda p: sc(p), "?")
    for v, pr in (("TLSv1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.2"), ("TLSv1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.3")):
        T(f"gnutls-cli {v}", {}, lambda p, pr=pr: gn(p, "--priority", pr), rf"^HS\|{v}\|", "hello")
    T("gnutls-cli p521 group", {}, lambda p: gn(p, "--priority", "NORMAL:-GROUP-ALL:+GROUP-SECP521R1"), "?")
    T("gnutls-cli ffdhe only", {}, lambda p: gn(p, "--priority", "NORMAL:-GROUP-ALL:+GROUP-FFDHE3072"), "?")
    for v in ("1.2", "1.3"):
        T(f"curl tls{v} http", dict(mode="http", size=100000), lambda p, v=v: cu(p, "--tlsv" + v, "--tls-max", v), OKs, r"^200 0 .* 100000")
    T("curl alpn http/1.1", dict(mode="http", alpn="http/1.1"), lambda p: cu(p, "--http1.1"), r"alpn=http/1\.1", "200")
    T("mtls required, cert ok 1.3", dict(verify="required", ca="ca.crt"), lambda p: sc(p, "-cert", f"{C}/client.crt", "-key", f"{C}/client.key"), r"^HS\|TLSv1.3.*client.*eof")
    T("mtls required, cert ok 1.2", dict(verify="required", ca="ca.crt"), lambda p: sc(p, "-tls1_2", "-cert", f"{C}/client.crt", "-key", f"{C}/client.key"), r"^HS\|TLSv1.2.*client.*eof")
    T("mtls required, cert ok gnutls", dict(verify="required", ca="ca.crt"), lambda p: gn(p, "--x509certfile", f"{C}/client.crt", "--x509keyfile", f"{C}/client.key"), r"^HS\|.*client")
    for v, f in (("1.2", "-tls1_2"), ("1.3", "-tls1_3")):
        T(f"mtls required, none {v}", dict(verify="required", ca="ca.crt"), lambda p, f=f: sc(p, f), r"^EXC\|SSLError.*PEER_DID_NOT_RETURN_A_CERTIFICATE", "alert")
        T(f"mtls optional, none {v}", dict(verify="optional", ca="ca.crt"), lambda p, f=f: sc(p, f), r"^HS\|.*peer=None.*eof")
        for bad, code in (("client_other", 20), ("client_expired", 10), ("client_eku_server", 26)):
            T(f"mtls required, {bad} {v}", dict(verify="required", ca="ca.crt"), lambda p, f=f, bad=bad: sc(p, f, "-cert", f"{C}/{bad}.crt", "-key", f"{C}/{bad}.key"), rf"^EXC\|SSLCertVerificationError\|code={code}", "alert")
        T(f"mtls optional, other CA {v}", dict(verify="optional", ca="ca.crt"), lambda p, f=f: sc(p, f, "-cert", f"{C}/client_other.crt", "-key", f"{C}/client_other.key"), r"^EXC\|SSLCertVerificationError", "alert")
        T(f"alpn agreed {v}", dict(alpn="h2,http/1.1"), lambda p, f=f: sc(p, f, "-alpn", "http/1.1,h2"), r"alpn=h2\|.*eof")
        T(f"alpn no overlap {v}", dict(alpn="h2"), lambda p, f=f: sc(p, f, "-alpn", "foo"), r"^HS\|.*alpn=None.*eof")
        T(f"alpn client none {v}", dict(alpn="h2"), lambda p, f=f: sc(p, f), r"^HS\|.*alpn=None.*eof")
        sess = f"/tmp/rel_sess_{os.getpid()}_{v}"
        def res(p, f=f, sess=sess, st={}):
            st["i"] = st.get("i", 0) + 1
            return sc(p, f, *(["-sess_out", sess] if st["i"] == 1 else ["-sess_in", sess]))
        T(f"resume {v}", {}, res, r"reused=True.*eof", "Reused", n=2, hold=1)
        T(f"resume {v} OP_NO_TICKET", dict(noticket="1"), lambda p, f=f, sess=sess + "n", st={}: (st.__setitem__("i", st.get("i", 0) + 1), sc(p, f, *(["-sess_out", sess] if st["i"] == 1 else ["-sess_in", sess])))[1], "?", n=2, hold=1)
    T("sni switch", dict(sni="switch", cert2="good_multi", key2="good_multi"), lambda p: [x if x != "good.test" else "alt.test" for x in sc(p, "-verify_hostname", "alt.test")], r"^HS\|.*sni=\['alt.test'\].*eof", "hello")
    T("sni keep", dict(sni="switch", cert2="good_multi", key2="good_multi"), lambda p: sc(p, "-verify_hostname", "good.test"), r"^HS\|.*eof", "hello")
    T("sni absent -> None", dict(sni="switch", cert2="good_multi", key2="good_multi"), lambda p: [x for x in sc(p, "-noservername") if x not in ("-servername", "good.test")], r"^HS\|.*sni=\[None\]", "hello")
    for v, f in (("1.2", "-tls1_2"), ("1.3", "-tls1_3")):
        T(f"sni alert access_denied {v}", dict(sni="alert", cert2="good", key2="good"), lambda p, f=f: sc(p, f), r"^EXC\|SSL", "alert access denied|alert number 49")
        T(f"sni raise {v}", dict(sni="raise", cert2="good", key2="good"), lambda p, f=f: sc(p, f), r"^EXC\|SSL", "alert handshake failure|alert number 40")
        T(f"sni bad return {v}", dict(sni="badret", cert2="good", key2="good"), lambda p, f=f: sc(p, f), r"^EXC\|SSL", "alert internal error|alert number 80")
    T("client tls1.1", {}, lambda p: sc(p, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), r"^EXC\|SSLError.*(UNSUPPORTED_PROTOCOL|VERSION)", "alert")
    T("client cbc-only", {}, lambda p: sc(p, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"), "?")
    T("client rsa-kx only", dict(cert="good_rsa"), lambda p: sc(p, "-tls1_2", "-cipher", "AES128-GCM-SHA256"), "?")
    T("client wants other ca", {}, lambda p: [x if not x.endswith("ca.crt") else f"{C}/otherca.crt" for x in sc(p)], r"^EXC\|SSLError.*(UNKNOWN_CA|unknown ca)")
    T("key update from client", {}, lambda p: run([x for x in sc(p, "-tls1_3") if x != "-nocommands"], inp=b"K\n\0hello\n", hold=1), r"^HS\|.*eof", "hello")
    T("renegotiate from client 1.2", {}, lambda p: run([x for x in sc(p, "-tls1_2") if x != "-nocommands"], inp=b"R\n\0hello\n", hold=1.5), "?")
    T("plain http to tls port", {}, lambda p: raw(p, b"GET / HTTP/1.0\r\nHost: x\r\n\r\n"), r"^EXC\|SSLError.*HTTP_REQUEST")
    T("garbage record", {}, lambda p: raw(p, bytes([22, 3, 1, 0, 4]) + b"\x01\xff\xff\xff" + b"A" * 64), r"^EXC\|SSL")
    T("oversize record header", {}, lambda p: raw(p, bytes([22, 3, 1, 0xff, 0xff]) + b"A" * 70000), r"^EXC\|SSL")
    T("empty records flood", {}, lambda p: raw(p, bytes([22, 3, 1, 0, 0]) * 2000), r"^EXC\|SSL")
    T("client connects and closes", {}, lambda p: raw(p, b"", wait=False), r"^EXC\|(SSLEOFError|Connection|SSLError)")
    T("client resets in handshake", {}, lambda p: raw(p, bytes([22, 3, 1, 2, 0]) + b"\x01", rst=True), r"^EXC\|(Connection|SSL|OSError)")
    T("client hangs (server timeout 1s)", dict(timeout="1"), lambda p: raw(p, bytes([22, 3, 1, 2, 0])), r"^EXC\|TimeoutError")
    T("ragged eof after data", {}, lambda p: run(sc(p, "-quiet"), hold=0.5) if False else ragged(p, C), r"^HS\|.*(eof|SSLEOFError)")
    kl = f"/tmp/rel_keylog_{os.getpid()}"
    T("keylog server", dict(keylog=kl), lambda p: sc(p), OKs)
    if os.path.exists(kl):
        print("      keylog lines:", sorted({l.split()[0] for l in open(kl) if l[0] != "#"})); os.unlink(kl)
    print("SUM", cnt)
    if a.out: json.dump(rows, open(a.out, "w"), indent=1)

def ragged(port, C):
    import ssl
    ctx = ssl.create_default_context(cafile=f"{C}/ca.crt"); s = socket.create_connection(("127.0.0.1", port)); t = ctx.wrap_socket(s, server_hostname="good.test")
    t.sendall(b"hello"); b = t.recv(10); fd = t.detach(); os.close(fd); return 0, b.decode()
main()
