/** How every page looks. It stands in the page, so the hash in the Content-Security-Policy is that of this very text. */
export const look = `
:root{color-scheme:light dark;--page:#f3f4f6;--sheet:#fff;--ink:#1b1d21;--quiet:#545a66;--line:#868d9a;--act:#0b5cad;--on-act:#fff;--bad:#a4161a;--bad-page:#fdecec}
@media (prefers-color-scheme:dark){:root{--page:#14161a;--sheet:#1f2228;--ink:#eceef2;--quiet:#b3bac6;--line:#7b8494;--act:#8ec2ff;--on-act:#0a1a2b;--bad:#ffb3b0;--bad-page:#3a1c1e}}
*{box-sizing:border-box}
html{font:100%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Hiragino Sans","Noto Sans CJK JP","Noto Sans JP","Yu Gothic UI",Meiryo,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;padding:1.5rem 1rem;background:var(--page);color:var(--ink)}
main{width:100%;max-width:27.5rem;padding:2rem;background:var(--sheet);border-radius:.75rem;box-shadow:0 .125rem .75rem rgb(0 0 0/.14)}
.context{margin:0 0 1.25rem;font-weight:600;color:var(--quiet);overflow-wrap:anywhere}
h1{margin:0 0 .25rem;font-size:1.5rem;line-height:1.3;overflow-wrap:anywhere}
h2{margin:1.25rem 0 .25rem;font-size:1rem}
p{margin:.5rem 0 1rem;overflow-wrap:anywhere}
.quiet{color:var(--quiet)}
.bad{margin:1rem 0;padding:.625rem .875rem;border-left:.25rem solid var(--bad);background:var(--bad-page);color:var(--bad);border-radius:.25rem}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input:not([type=checkbox]){width:100%;min-height:2.75rem;padding:.5rem .75rem;font:inherit;color:inherit;background:var(--sheet);border:1px solid var(--line);border-radius:.375rem}
input[readonly]{background:var(--page);border-color:transparent}
input[aria-invalid=true]{border-color:var(--bad)}
.code{font-size:1.375rem!important;letter-spacing:.125em;text-transform:uppercase}
.tick{display:flex;gap:.625rem;align-items:flex-start;font-weight:400}
.tick input{flex:none;width:1.25rem;height:1.25rem;margin:.125rem 0 0;accent-color:var(--act)}
.acts{display:flex;flex-wrap:wrap;gap:.75rem;justify-content:flex-end;margin-top:1.5rem}
button,.button{min-height:2.75rem;padding:.5rem 1.25rem;font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer;color:var(--on-act);background:var(--act);border:1px solid var(--act);border-radius:.375rem}
button.second{color:var(--act);background:transparent}
button.account{display:block;width:100%;margin:.75rem 0 0;text-align:left;color:var(--ink);background:transparent;border-color:var(--line);overflow-wrap:anywhere}
button.account span{display:block;font-weight:400;color:var(--quiet)}
::placeholder{color:var(--quiet);opacity:1}
button.link{text-align:left;min-height:2.75rem;padding:.25rem 0;font-weight:400;color:var(--act);background:none;border:0;text-decoration:underline}
:focus-visible{outline:.1875rem solid var(--act);outline-offset:.125rem}
a{color:var(--act)}
ul{margin:.5rem 0;padding:0;list-style:none}
li{padding:.5rem 0;border-top:1px solid color-mix(in srgb,var(--line) 40%,transparent)}
summary{cursor:pointer;font-weight:600;overflow-wrap:anywhere}
summary i{font-weight:400;color:var(--quiet)}
p.quiet+ul{margin-top:0}
dl{margin:1rem 0;font-size:.9375rem}
dt{color:var(--quiet)}
dd{margin:0 0 .5rem;overflow-wrap:anywhere}
@media (max-width:30rem){body{justify-content:flex-start;padding:0;background:var(--sheet)}main{padding:1.5rem 1.25rem;border-radius:0;box-shadow:none}.acts button{flex:1}}
@media (forced-colors:active){main{border:1px solid}}
`
