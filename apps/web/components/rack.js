// A rack of steps (effects, mesh operations) drawn from their declarations; its value is the chain's JSON.
const $ = (selector) => element.querySelector(selector);
const steps = $('.rk-steps'), menu = $('.rk-menu'), presets = $('.rk-presets'), undo = $('.rk-undo'), live = $('.rk-live');
const RESERVED = ['id', 'bypass', 'spans'], FINE = 1000;
const kinds = () => props.declarations || [];
const kindOf = (id) => kinds().find((kind) => kind.id === id);
let rack = [], before = null, sent = '', aim = null;

function publish(next, said, { keep = false } = {}) {
  before = keep ? before : rack;
  rack = next;
  sent = JSON.stringify(rack);
  props.value = rack;
  live.textContent = said || '';
  draw();
  trigger('input');
}

const put = (at, changed) => publish(rack.map((step, i) => (i === at ? { ...step, ...changed } : step)));
const without = (step, ...names) => Object.fromEntries(Object.entries(step).filter(([name]) => !names.includes(name)));

function move(from, to) {
  const next = [...rack];
  next.splice(to, 0, next.splice(from, 1)[0]);
  aim = { at: to, act: to < from ? 'earlier' : 'later' };
  publish(next, `${kindOf(rack[from].id).title}, place ${to + 1} of ${rack.length}`);
}

function bypass(at) {
  aim = { at, act: 'bypass' };
  publish(rack.map((step, i) => (i !== at ? step : step.bypass ? without(step, 'bypass') : { ...step, bypass: true })));
}

function setSpans(at, spans) {
  publish(rack.map((step, i) => (i !== at ? step : spans.length ? { ...step, spans } : without(step, 'spans'))));
}

// ---- one step ----------------------------------------------------------------------------------
function panel(step, at) {
  const kind = kindOf(step.id), act = (name, label, glyph, run, off = false) => button(name, `${label} ${kind.title}`, label, glyph, run, off);
  const timed = kind.timed ? [act('when', 'Only at times:', '◷', () => { aim = { at, act: 'when' }; setSpans(at, step.spans ? [] : [[0, 1]]); })] : [];
  const head = node('div', { className: 'rk-head' }, grip(at), node('strong', { textContent: kind.title, title: kind.doc }), ...timed,
    act('bypass', step.bypass ? 'Switch on' : 'Bypass', step.bypass ? 'off' : 'on', () => bypass(at)),
    act('earlier', 'Earlier:', '↑', () => move(at, at - 1), at === 0), act('later', 'Later:', '↓', () => move(at, at + 1), at === rack.length - 1),
    act('remove', 'Remove', '×', () => publish(rack.filter((_, i) => i !== at), `${kind.title} removed`)));
  head.querySelector('[data-act=bypass]').setAttribute('aria-pressed', String(!!step.bypass));
  if (timed.length) head.querySelector('[data-act=when]').setAttribute('aria-pressed', String(!!step.spans));
  const rows = kind.parameters.map((p) => node('div', { className: 'rk-row', title: p.doc },
    node('span', { textContent: p.label }), ...control(p, step[p.name] ?? p.default, (v) => put(at, { [p.name]: v }))));
  return node('li', { className: step.bypass ? 'bypassed' : '' }, head, ...(step.spans ? [spanRows(step.spans, at)] : []), ...rows);
}

function spanRows(spans, at) {
  const edge = (span, side, i) => {
    const input = node('input', { type: 'number', min: 0, step: 0.1, value: span[side], ariaLabel: `${side ? 'To' : 'From'}, seconds` });
    input.addEventListener('change', () => {
      const next = spans.map((other, j) => (j === i ? other.map((v, k) => (k === side ? Number(input.value) : v)) : other));
      if (Number.isFinite(next[i][side]) && next[i][0] >= 0 && next[i][1] > next[i][0]) return setSpans(at, next);
      input.value = span[side];
      live.textContent = 'A span wants its end after its start.';
    });
    return input;
  };
  const row = (span, i) => node('div', { className: 'rk-span' }, node('span', { textContent: i ? 'and' : 'Only from' }), edge(span, 0, i), node('span', { textContent: 'to' }), edge(span, 1, i), node('span', { textContent: 's' }),
    button('unspan', 'Remove this span', 'Remove this span', '×', () => setSpans(at, spans.filter((_, j) => j !== i))));
  const last = spans[spans.length - 1][1];
  return node('div', { className: 'rk-spans' }, ...spans.map(row),
    button('span', 'Add another span', 'Another span', '+ another span', () => setSpans(at, [...spans, [last + 1, last + 2]])));
}

// ---- the whole rack ----------------------------------------------------------------------------
function draw() {
  steps.replaceChildren(...rack.map((step, at) => (kindOf(step.id) ? panel(step, at) : node('li', { textContent: step.id }))));
  undo.hidden = !before;
  if (!aim) return;
  const wanted = steps.children[aim.at] && steps.children[aim.at].querySelector(`[data-act=${aim.act}]`);
  const other = steps.children[aim.at] && [...steps.children[aim.at].querySelectorAll('[data-act=earlier], [data-act=later]')].find((b) => !b.disabled);
  if (wanted) (wanted.disabled ? other || wanted : wanted).focus();
  aim = null;
}

function offer() {
  const word = props.prompt || 'Add a step', all = props.presets || [];
  const sorted = [...kinds()].sort((a, b) => a.title.localeCompare(b.title));
  menu.replaceChildren(node('option', { value: '', textContent: word }), ...sorted.map((kind) => node('option', { value: kind.id, textContent: kind.title, title: kind.doc })));
  menu.ariaLabel = word;
  presets.hidden = !all.length;
  presets.replaceChildren(node('option', { value: '', textContent: 'Presets' }), ...all.map((one) => node('option', { value: one.id, textContent: one.title, title: one.summary })));
}

function read() {
  rack = (props.value || []).map((step) => ({ ...step }));
  before = null;
  sent = JSON.stringify(rack);
  draw();
}

menu.addEventListener('change', () => {
  const kind = kindOf(menu.value);
  menu.value = '';
  if (kind) publish([...rack, { id: kind.id, ...Object.fromEntries(kind.parameters.map((p) => [p.name, p.default])) }], `${kind.title} added`);
});
presets.addEventListener('change', () => {
  const one = (props.presets || []).find((preset) => preset.id === presets.value);
  presets.value = '';
  if (one) publish(one.steps.map((step) => ({ ...step })), `${one.title}: ${one.summary}`);
});
undo.addEventListener('click', () => {
  const back = before;
  before = null;
  publish(back, 'Undone', { keep: true });
});
watch('value', () => { if (JSON.stringify(props.value || []) !== sent) read(); });
offer();
read();
