// A rack of steps (effects, mesh operations) drawn from their declarations; its value is the chain's JSON.
const steps = element.querySelector('.rk-steps'), menu = element.querySelector('select');
const kinds = () => props.declarations || [];
const kindOf = (id) => kinds().find((kind) => kind.id === id);

function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) (key in made ? (made[key] = value) : made.setAttribute(key, value));
  made.append(...children);
  return made;
}

const shown = (value) => String(Math.round(Number(value) * 1000) / 1000);

function control(parameter, value, change) {
  if (parameter.choices.length)
    return [node('select', { ariaLabel: parameter.label, onchange: (e) => change(e.target.value) },
      ...parameter.choices.map((c) => node('option', { value: c, textContent: c, selected: c === value })))];
  if (parameter.kind === 'bool')
    return [node('input', { type: 'checkbox', ariaLabel: parameter.label, checked: !!value, onchange: (e) => change(e.target.checked) })];
  const { low, high, unit } = parameter, whole = parameter.kind === 'int';
  const digits = node('output', { textContent: `${shown(value)} ${unit}` });
  const slider = node('input', { type: 'range', min: low, max: high, step: whole ? 1 : 'any', ariaLabel: `${parameter.label}, ${unit}` });
  slider.value = value;
  const read = () => (whole ? Math.round(slider.value) : Math.round(slider.value * 1000) / 1000);
  slider.oninput = () => { digits.textContent = `${shown(read())} ${unit}`; };
  slider.onchange = () => change(read());
  return [slider, digits];
}

function button(label, glyph, act, disabled = false) {
  return node('button', { type: 'button', title: label, ariaLabel: label, textContent: glyph, disabled, onclick: act });
}

function panel(step, at, all) {
  const kind = kindOf(step.id);
  const put = (changed) => publish(all.map((s, i) => (i === at ? { ...s, ...changed } : s)));
  const move = (by) => { const next = [...all]; next.splice(at + by, 0, next.splice(at, 1)[0]); publish(next); };
  const head = node('div', { className: 'rk-head' }, node('strong', { textContent: kind.title, title: kind.doc }),
    button(step.off ? 'Switch on' : 'Bypass', step.off ? 'off' : 'on', () => put({ off: !step.off })),
    button('Earlier', '↑', () => move(-1), at === 0), button('Later', '↓', () => move(1), at === all.length - 1),
    button('Remove', '×', () => publish(all.filter((_, i) => i !== at))));
  const rows = kind.parameters.map((p) => node('div', { className: 'rk-row', title: p.doc },
    node('span', { textContent: p.label }), ...control(p, step[p.name] ?? p.default, (v) => put({ [p.name]: v }))));
  return node('li', { className: step.off ? 'bypassed' : '' }, head, ...rows);
}

// Bypassed steps stay in the rack and are left out of the value.
let rack = (props.value || []).map((step) => ({ ...step }));
let sent = JSON.stringify(props.value || []);

function publish(next) {
  rack = next;
  const chain = rack.filter((step) => !step.off).map(({ off, ...step }) => step);
  sent = JSON.stringify(chain);
  props.value = chain;
  draw();
  trigger('input');
}

function draw() {
  steps.replaceChildren(...rack.filter((step) => kindOf(step.id)).map((step, at) => panel(step, at, rack)));
  menu.replaceChildren(node('option', { value: '', textContent: props.prompt || 'Add a step' }),
    ...kinds().map((kind) => node('option', { value: kind.id, textContent: kind.title })));
  menu.ariaLabel = props.prompt || 'Add a step';
}

menu.addEventListener('change', () => {
  const kind = kindOf(menu.value);
  if (kind) publish([...rack, { id: kind.id, ...Object.fromEntries(kind.parameters.map((p) => [p.name, p.default])) }]);
});
watch('value', () => {
  if (JSON.stringify(props.value || []) === sent) return;
  rack = (props.value || []).map((step) => ({ ...step }));
  sent = JSON.stringify(props.value || []);
  draw();
});
draw();
