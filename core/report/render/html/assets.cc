#include "core/report/render/html/markup.h"

namespace relayburn {

// s0 to s5 are told apart by people with any colour vision (after Okabe and Ito); s6 is the rest.
std::string_view page_style() {
  return R"css(
:root { color-scheme: light dark; --page: #f5f6f8; --card: #fff; --ink: #14171c; --soft: #5b6472;
  --line: #e1e4ea; --track: #eceff3; --hover: rgba(20, 30, 50, .06); --s0: #0072b2; --s1: #e69f00; --s2: #009e73;
  --s3: #cc79a7; --s4: #56b4e9; --s5: #d55e00; --s6: #9aa1ab; }
@media (prefers-color-scheme: dark) {
  :root { --page: #101216; --card: #191c22; --ink: #eceef2; --soft: #9aa4b2; --line: #2b303a;
    --track: #262b34; --hover: rgba(255, 255, 255, .07); --s0: #3b95d0; --s1: #e8ad2d; --s2: #19b088; --s3: #d68fb7;
    --s4: #86cdf5; --s5: #e5763b; --s6: #737c89; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.45;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 1120px; margin: 0 auto; padding: 40px 20px 48px; }
header { margin-bottom: 28px; }
h1 { margin: 0; font-size: 15px; font-weight: 600; letter-spacing: .01em; color: var(--soft); }
.cost { margin: 6px 0 2px; font-size: clamp(44px, 9vw, 76px); line-height: 1.05; font-weight: 700;
  letter-spacing: -.035em; }
.period { margin: 0; font-size: 19px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 12px 0 0; padding: 0; list-style: none; }
.chips li { padding: 2px 10px; border: 1px solid var(--line); border-radius: 99px; background: var(--card);
  font-size: 13px; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); margin: 0 0 20px;
  border: 1px solid var(--line); border-radius: 12px; background: var(--card); overflow: hidden; }
.facts div { padding: 14px 18px; box-shadow: 1px 1px 0 var(--line); }
.facts dt { font-size: 13px; color: var(--soft); }
.facts dd { margin: 2px 0 0; font-size: 24px; font-weight: 650; letter-spacing: -.015em; }
.card { margin: 0 0 20px; padding: 20px 22px; border: 1px solid var(--line); border-radius: 12px; background: var(--card); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 20px; margin-bottom: 20px;
  align-items: start; }
.pair .card { margin: 0; }
h2 { margin: 0; font-size: 18px; font-weight: 650; letter-spacing: -.01em; }
.note { margin: 2px 0 0; font-size: 14px; color: var(--soft); }
.chart { display: flex; margin-top: 14px; }
.chart .axis { flex: none; width: 52px; height: 248px; }
.chart .plot { flex: 1; min-width: 0; width: 100%; height: 248px; overflow: visible; }
.chart text { font-size: 12px; fill: var(--soft); }
.grid { stroke: var(--line); }
.base { stroke: var(--soft); }
.hit { fill: transparent; }
.day:hover .hit { fill: var(--hover); }
.part { stroke: var(--card); stroke-width: .6; }
.s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); }
.s4 { fill: var(--s4); } .s5 { fill: var(--s5); } .s6 { fill: var(--s6); }
.track { fill: var(--track); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 14px 0 0; padding: 0; list-style: none; font-size: 14px; }
.legend svg { width: 11px; height: 11px; margin-right: 7px; }
.legend .name, .bars .name { unicode-bidi: isolate; overflow-wrap: anywhere; }
.legend .sum { margin-left: 7px; white-space: nowrap; color: var(--soft); }
.bars { margin: 14px 0 0; padding: 0; list-style: none; }
.bars li { margin-top: 12px; }
.bars p { display: flex; gap: 12px; margin: 0 0 4px; }
.bars .name { flex: 1; min-width: 0; }
.bars .share { width: 4.2em; text-align: right; color: var(--soft); }
.bars svg { display: block; width: 100%; height: 8px; border-radius: 4px; }
.scroll { margin-top: 12px; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 7px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
.text { text-align: left; font-weight: 400; white-space: normal; overflow-wrap: anywhere; min-width: 13em; unicode-bidi: isolate; }
thead th { font-weight: 400; color: var(--soft); vertical-align: bottom; }
thead button { all: unset; cursor: pointer; color: inherit; }
thead button:hover { color: var(--ink); }
thead button:focus-visible { outline: 2px solid var(--s0); outline-offset: 3px; border-radius: 3px; }
thead button::after { content: " \2195"; opacity: .35; }
[aria-sort] button { color: var(--ink); font-weight: 650; }
[aria-sort=descending] button::after { content: " \2193"; opacity: 1; }
[aria-sort=ascending] button::after { content: " \2191"; opacity: 1; }
tbody tr:hover { background: var(--hover); }
tfoot td, tfoot th { font-weight: 650; border-bottom: 0; }
summary { cursor: pointer; }
summary h2 { display: inline; margin-left: 4px; }
footer { font-size: 13px; color: var(--soft); }
footer p { margin: 4px 0; overflow-wrap: anywhere; }
@media (max-width: 620px) { main { padding: 24px 14px 32px; } .card { padding: 16px; } .minor { display: none; }
  .chart .axis { width: 44px; } }
@media print { body { background: none; } .card, .facts { break-inside: avoid; } thead button::after { content: none; } }
)css";
}

// A click on a heading sorts by it, the greatest number or the first name on top; another one
// turns that round. What is missing stays last.
std::string_view page_script() {
  return R"js(
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  const sort = (column, isText) => {
    const head = heads[column];
    const first = isText ? "ascending" : "descending", other = isText ? "descending" : "ascending";
    const order = head.getAttribute("aria-sort") === first ? other : first;
    const sign = order === "ascending" ? 1 : -1;
    const key = row => row.cells[column].dataset.key;
    const compare = (a, b) => {
      const x = key(a), y = key(b);
      if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
      return sign * (isText ? (x < y ? -1 : x > y ? 1 : 0) : x - y);
    };
    for (const one of heads) one.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
  };
  heads.forEach((head, column) =>
    head.firstElementChild.addEventListener("click", () => sort(column, head.classList.contains("text"))));
}
)js";
}

}  // namespace relayburn
