/** How a report looks: on dark and light screens, on a phone, on paper. */
export const style = `
:root { color-scheme: light dark; --text: light-dark(#1f2328, #dfe3e8); --faint: light-dark(#57606a, #9aa4af); --line: light-dark(#d0d7de, #343b44);
  --ground: light-dark(#fff, #14171c); --raised: light-dark(#f6f8fa, #1c2128); --link: light-dark(#0757a8, #7cb7ff); --bad: light-dark(#a8330a, #ff9b70); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 1.5rem clamp(0.75rem, 3vw, 2.5rem) 4rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 0.25rem; }
h2 { font-size: 1.3rem; margin: 2.75rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
h4 { font-size: 0.95rem; margin: 1.25rem 0 0.4rem; }
p { margin: 0.4rem 0; max-width: 60rem; }
a { color: var(--link); }
.faint, figcaption { color: var(--faint); }
.bad { color: var(--bad); }
.wide { overflow-x: auto; margin: 0.5rem 0; }
table { border-collapse: collapse; font-size: 0.87rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.7rem; min-width: 3rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); max-width: 15rem; }
th, td { overflow-wrap: break-word; }
thead th { color: var(--faint); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 600; min-width: 9rem; max-width: 24rem; }
th:first-child { padding-left: 0; position: sticky; left: 0; background: var(--ground); }
.number { text-align: right; }
td.number, td.whole { white-space: nowrap; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 33rem), 1fr)); gap: 1rem 1.5rem; align-items: start; }
figure { margin: 0; min-width: 0; break-inside: avoid; }
figure .wide { margin: 0; }
figure svg { display: block; max-width: 100%; min-width: min(30rem, var(--drawn)); height: auto; }
figcaption { font-size: 0.87rem; }
pre, code { font: 0.82rem/1.45 ui-monospace, monospace; }
pre { margin: 0.5rem 0; padding: 0.6rem 0.8rem; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; }
summary { cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 0.5rem 0; font-size: 0.9rem; }
dt { color: var(--faint); }
dd { margin: 0; min-width: 0; }
td img { display: block; width: 96px; height: 96px; object-fit: contain; image-rendering: pixelated; }
@media (max-width: 40rem) { body { font-size: 14px; } th, td { padding: 0.25rem 0.45rem; } tbody th:first-child { max-width: 9rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.4rem; } }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 10pt; } .wide { overflow: visible; } table { font-size: 7.5pt; } th, td { padding: 0.15rem 0.35rem; min-width: 0; } th:first-child { position: static; }
  .figures { grid-template-columns: 1fr 1fr; } figure svg { min-width: 0; } details::details-content { content-visibility: visible; block-size: auto; } a { color: inherit; text-decoration: none; } h2, h3, h4 { break-after: avoid; } tr { break-inside: avoid; } }
`;
