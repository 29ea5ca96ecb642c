// What a step of the rack is set with.
function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) (key in made ? (made[key] = value) : made.setAttribute(key, value));
  made.append(...children);
  return made;
}

function button(act, label, title, glyph, run, disabled = false) {
  return node('button', { type: 'button', 'data-act': act, title: title.replace(/:$/, ''), ariaLabel: label, textContent: glyph, disabled, onclick: run });
}

const shown = (value) => String(Math.abs(value) >= 100 ? Math.round(value * 10) / 10 : Math.round(value * 1000) / 1000);

function control(parameter, value, change) {
  if (parameter.choices.length)
    return [node('select', { ariaLabel: parameter.label, onchange: (e) => change(e.target.value) },
      ...parameter.choices.map((c) => node('option', { value: c, textContent: c.replaceAll('_', ' '), selected: c === value })))];
  if (parameter.kind === 'bool')
    return [node('input', { type: 'checkbox', ariaLabel: parameter.label, checked: !!value, onchange: (e) => change(e.target.checked) })];
  if (parameter.kind === 'str')
    return [node('input', { type: 'text', className: 'rk-text', maxLength: 60, ariaLabel: parameter.label, value, onchange: (e) => change(e.target.value) })];
  return slider(parameter, value, change);
}

// A wide range of frequencies is shown as ears hear it: equal steps are equal ratios.
function slider(parameter, value, change) {
  const { low, high, unit } = parameter, whole = parameter.kind === 'int', ratios = unit === 'Hz' && low > 0 && high / low > 20;
  const place = (v) => (ratios ? (FINE * Math.log(v / low)) / Math.log(high / low) : v);
  const digits = node('output', { textContent: `${shown(value)} ${unit}` });
  const made = node('input', { type: 'range', min: ratios ? 0 : low, max: ratios ? FINE : high, step: whole ? 1 : 'any', ariaLabel: unit ? `${parameter.label}, ${unit}` : parameter.label });
  made.value = place(value);
  const read = () => {
    const v = ratios ? low * (high / low) ** (made.value / FINE) : Number(made.value), exact = ratios && v >= 10 ? 1 : 1000;
    return Math.min(Math.max(whole ? Math.round(v) : Math.round(v * exact) / exact, low), high);
  };
  const tell = (v) => {
    digits.textContent = `${shown(v)} ${unit}`;
    made.ariaValueText = digits.textContent;
  };
  tell(value);
  made.oninput = () => tell(read());
  made.onchange = () => change(read());
  made.ondblclick = () => change(parameter.default);
  return [made, digits];
}

// The handle of a step: dragged by mouse or finger, it moves the step; keys use the arrows beside it.
function grip(at) {
  const made = node('span', { className: 'rk-grip', title: 'Drag to reorder', 'aria-hidden': 'true', textContent: '⠿' });
  made.addEventListener('pointerdown', (e) => {
    e.preventDefault();
    const line = made.closest('li');
    const follow = (m) => { if (m.pointerId === e.pointerId) dragTo(line, m.clientY); };
    // Listeners of the window: a step that is moved within the page loses a pointer that it has captured.
    const drop = (m) => {
      if (m.pointerId !== e.pointerId) return;
      for (const [kind, run] of [['pointermove', follow], ['pointerup', drop], ['pointercancel', drop]]) window.removeEventListener(kind, run);
      line.classList.remove('dragged');
      const to = [...steps.children].indexOf(line);
      if (to >= 0 && to !== at) move(at, to);
    };
    line.classList.add('dragged');
    for (const [kind, run] of [['pointermove', follow], ['pointerup', drop], ['pointercancel', drop]]) window.addEventListener(kind, run);
  });
  return made;
}

// Put a step before or after the one whose middle the pointer has passed.
function dragTo(line, y) {
  const middle = (other) => { const r = other.getBoundingClientRect(); return r.top + r.height / 2; };
  const after = [...steps.children].filter((other) => other !== line).find((other) => y < middle(other));
  if (line.nextElementSibling !== (after || null)) steps.insertBefore(line, after || null);
}
