// The style of the page that cli/report.cpp writes.
#pragma once

#include <string_view>

namespace radflow::cli {

inline constexpr std::string_view report_style = R"(
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2228; --faint: #5b6670; --rule: #d9dee3; --shade: 32,98,168;
  --c0: #1f62a8; --c1: #b8501f; --c2: #2c7d4f; --c3: #7a4bb0; --c4: #8a6d00; --c5: #a8325e; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #e4e8ec; --faint: #9aa6b1; --rule: #343c44;
  --shade: 96,165,230; --c0: #6bb0f0; --c1: #f0935f; --c2: #66c48d; --c3: #bb96ee; --c4: #d8b84a; --c5: #ee7fa5; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --faint: #444; --rule: #bbb; --shade: 32,98,168;
  --c0: #1f62a8; --c1: #b8501f; --c2: #2c7d4f; --c3: #7a4bb0; --c4: #8a6d00; --c5: #a8325e; }
  body { margin: 0; } figure, table, tr { break-inside: avoid; } h2, h2 + p { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .faint { color: var(--faint); font-size: .875rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin-top: .75rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
th { font-weight: 600; } td small { color: var(--faint); white-space: nowrap; }
th[scope=col]:not(:first-child), .confusion th { overflow-wrap: anywhere; min-width: 4.5rem; } .confusion th:first-child { min-width: 7rem; }
.confusion th { vertical-align: middle; } .confusion th:not(:first-child) { text-align: right; padding: .3rem .4rem; }
.confusion td { text-align: right; padding: .5rem .4rem;
  background: rgba(var(--shade), calc(var(--share) * .45)); }
.bars { width: 100%; } .bars td:nth-child(2) { width: 60%; vertical-align: middle; } .bars svg { height: .9rem; }
.bars th { overflow-wrap: anywhere; } .bars td:last-child { white-space: nowrap; padding-right: 0; }
.fill { fill: var(--c0); } .spread { stroke: var(--ink); stroke-width: 2; vector-effect: non-scaling-stroke; }
.zero { stroke: var(--faint); stroke-width: 1; vector-effect: non-scaling-stroke; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem 2rem; }
@media print { .charts { grid-template-columns: 1fr 1fr; } }
.worst { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; }
.worst img { width: 100%; aspect-ratio: 1; object-fit: contain; background: var(--rule); display: block; image-rendering: pixelated; }
.worst figcaption { font-weight: 400; font-size: .8rem; overflow-wrap: anywhere; } .worst small { color: var(--faint); display: block; }
figure { margin: 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--faint); font-size: 12px; } .grid { stroke: var(--rule); stroke-width: 1; }
.reference { stroke: var(--faint); stroke-width: 1.2; stroke-dasharray: 4 4; }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); }
.s3 { stroke: var(--c3); } .s4 { stroke: var(--c4); } .s5 { stroke: var(--c5); }
.d1 { stroke-dasharray: 7 3; } .d2 { stroke-dasharray: 2 3; }
.dot { fill: var(--paper); stroke-width: 2; stroke-dasharray: none; }
.case { fill: var(--c0); fill-opacity: .55; stroke: none; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .875rem; }
.key i { display: inline-block; width: 1.4em; height: 0; border-top: 3px solid; margin-right: .4em; vertical-align: middle; }
.key.dashed::before { content: ""; display: inline-block; width: 1.4em; border-top: 2px dashed var(--faint); margin-right: .4em;
  vertical-align: middle; }
i.s0 { border-color: var(--c0); } i.s1 { border-color: var(--c1); } i.s2 { border-color: var(--c2); }
i.s3 { border-color: var(--c3); } i.s4 { border-color: var(--c4); } i.s5 { border-color: var(--c5); }
i.d1 { border-top-style: dashed; } i.d2 { border-top-style: dotted; }
)";

}  // namespace radflow::cli
