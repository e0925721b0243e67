internal import Delivery
internal import LinuxSystem

/// The one style of the daemon's pages, light and dark as the reader's system is.
enum PageStyle {
  /// As the header Content-Security-Policy names it.
  static let digest = "sha256-" + Base64.encode(SHA256.digest(of: Array(text.utf8)))

  /// What a page may do: show its own style, and nothing else.
  static let policy =
    "default-src 'none'; style-src '\(digest)'; base-uri 'none'; form-action 'none'; "
    + "frame-ancestors 'none'"

  static let text = """
    :root{color-scheme:light dark;--ground:#fff;--raised:#f4f6f8;--ink:#1a1f24;--soft:#56616c;\
    --rule:#d5dbe1;--link:#1a5ca8;--memory:#11497f;--heap:#7a3fb0;--leading:#7a3fb0;\
    --trend:#b3261e;--page:#b3261e;--warning:#8f5600;--ticket:#5b4a9c;--deploy:#00695c;--good:#1c6b3c;\
    --pause:#8a4b08;--requests:#1c6b6b;--anon:#a9c8e8;--shmem:#c9b6e4;--kernel:#e3c7a1;\
    --sock:#a8d8c8;--file:#e2e7ec}
    @media (prefers-color-scheme:dark){:root{--ground:#12161a;--raised:#1b2127;--ink:#e6eaee;\
    --soft:#a3aeb9;--rule:#343d46;--link:#82b7f2;--memory:#a6d1ff;--heap:#d0a8f5;\
    --leading:#d0a8f5;--trend:#ff8a80;--page:#ff8a80;--warning:#f0b357;--ticket:#bdb0f2;--deploy:#6fd6c4;\
    --good:#7fd6a0;--pause:#f0b357;--requests:#76d0d0;--anon:#2b4d70;--shmem:#4b3b68;\
    --kernel:#5c4a2e;--sock:#2c5648;--file:#2a3138}}
    *{box-sizing:border-box}
    body{font:1rem/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif;color:var(--ink);\
    background:var(--ground);margin:0 auto;max-width:76rem;padding:1rem 1.25rem 3rem}
    header,footer{color:var(--soft);font-size:.9rem}header p,footer p{margin:.2rem 0}
    footer{margin-top:3rem;border-top:1px solid var(--rule);padding-top:.6rem}
    a{color:var(--link)}a:focus-visible,[tabindex]:focus-visible,summary:focus-visible\
    {outline:2px solid var(--link);outline-offset:2px}
    h1{font-size:1.6rem;line-height:1.25;margin:.4rem 0;overflow-wrap:anywhere}
    h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
    .answer{font-size:1.1rem;margin:.2rem 0 1.2rem;max-width:60rem}
    .soft{color:var(--soft)}.page{color:var(--page)}.warning{color:var(--warning)}\
    .ticket{color:var(--ticket)}.good{color:var(--good)}
    .page,.warning{font-weight:600}
    .trouble{border:1px solid var(--rule);border-left:5px solid var(--page);\
    background:var(--raised);padding:.7rem 1rem;margin:1rem 0;border-radius:3px}
    .trouble h2{margin:0 0 .3rem;font-size:1rem}.trouble ul{margin:0;padding-left:1.2rem}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-size:.93rem}
    caption{text-align:left;max-width:92vw;position:sticky;left:0;color:var(--soft);padding-bottom:.4rem}
    th,td{text-align:left;padding:.42rem .9rem .42rem 0;border-bottom:1px solid var(--rule);\
    vertical-align:top}
    thead th{color:var(--soft);font-weight:600;white-space:nowrap}tbody th{font-weight:600}
    .figure{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    td.wide{min-width:11rem}
    .name{overflow-wrap:anywhere;min-width:9rem}.fit{white-space:nowrap}
    ul.plain{list-style:none;padding:0;margin:0}
    figure{margin:1rem 0 0}figure .scroll>svg{display:block;width:100%;min-width:44rem;height:auto}
    svg text{font:12px system-ui,"Segoe UI","DejaVu Sans",sans-serif;fill:var(--soft)}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;padding:0;\
    margin:.5rem 0 0;font-size:.9rem}
    .key{width:22px;height:12px;margin-right:.4rem;vertical-align:-1px}
    .spark{width:120px;height:26px;display:block}
    .grid{stroke:var(--rule);stroke-width:1}
    .curve{fill:none;stroke-width:2;stroke-linejoin:round}
    .curve.memory{stroke:var(--memory)}.curve.heap,.curve.leading{stroke:var(--heap)}
    .curve.pause{stroke:var(--pause)}.curve.requests{stroke:var(--requests)}
    .spark .curve{stroke-width:1.6}
    .area.anon{fill:var(--anon)}.area.shmem{fill:var(--shmem)}.area.kernel{fill:var(--kernel)}\
    .area.sock{fill:var(--sock)}.area.file{fill:var(--file)}
    .trend{fill:none;stroke:var(--trend);stroke-width:2;stroke-dasharray:7 4}
    .interval{fill:var(--trend);fill-opacity:.16}
    .limit{stroke:var(--page);stroke-width:1.6;stroke-dasharray:2 3}
    svg .limit-text text{fill:var(--page);font-weight:600}
    .restart{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:4 3}.restart-mark{fill:var(--soft)}
    .deploy{stroke:var(--deploy);stroke-width:1.6}.deploy-mark{fill:var(--deploy)}
    svg .deploy-text text{fill:var(--deploy)}
    .kill{stroke:var(--page);stroke-width:2}.kill-mark{fill:none;stroke:var(--page);stroke-width:2.5}
    .now{stroke:var(--soft);stroke-width:1.2}
    .band{fill-opacity:.12}.band.page{fill:var(--page)}.band.warning{fill:var(--warning)}\
    .band.ticket{fill:var(--ticket)}
    dl.list{margin:0;display:grid;grid-template-columns:minmax(11rem,18rem) 1fr}
    dl.list dt,dl.list dd{padding:.4rem .9rem .4rem 0;border-bottom:1px solid var(--rule);margin:0}
    dl.list dt{color:var(--soft)}dl.list dd{overflow-wrap:anywhere}
    dl.facts{display:flex;flex-wrap:wrap;gap:.2rem 1.8rem;margin:.4rem 0 1rem}\
    dl.facts div{display:flex;gap:.5rem}dl.facts dt{color:var(--soft)}\
    dl.facts dd{margin:0;overflow-wrap:anywhere}
    pre{background:var(--raised);border:1px solid var(--rule);border-radius:3px;margin:.2rem 0 .9rem;\
    padding:.55rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere}
    code{font:.9rem ui-monospace,"DejaVu Sans Mono",monospace}
    summary{cursor:pointer;color:var(--link);margin:.6rem 0}
    @media (max-width:62rem){table{font-size:.82rem}th,td{padding-right:.45rem}\
    thead th,td.fit{white-space:normal}td.fit{min-width:4.4rem}.spark{width:56px}\
    .name{min-width:4.6rem}td.wide{min-width:5.6rem}}
    @media (max-width:40rem){dl.list{grid-template-columns:1fr}dl.list dt{border:0;padding-bottom:0}}
    """
}
