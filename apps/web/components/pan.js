// A window of the stereo field, by two handles. All of the field is no prompt at all.
const track = element.querySelector('.pn-track'), range = element.querySelector('.pn-range'), now = element.querySelector('.pn-now');
const left = element.querySelector('.pn-left'), right = element.querySelector('.pn-right'), GAP = 0.05;
let keep = true;

const whole = () => Number(left.value) <= -1 && Number(right.value) >= 1;
const place = (v) => (Math.abs(v) < 0.005 ? 'middle' : `${Math.round(Math.abs(v) * 100)} % ${v < 0 ? 'left' : 'right'}`);

function draw() {
  const [a, b] = [Number(left.value), Number(right.value)];
  range.style.left = `${((a + 1) / 2) * 100}%`;
  range.style.width = `${((b - a) / 2) * 100}%`;
  range.className = `pn-range${whole() ? ' off' : keep ? '' : ' drop'}`;
  now.textContent = whole() ? 'not used' : `${place(a)} to ${place(b)}`;
  for (const button of element.querySelectorAll('[data-keep]')) {
    button.setAttribute('aria-pressed', String(!whole() && keep === (button.dataset.keep === 'yes')));
    button.disabled = whole();
  }
  element.querySelector('.pn-reset').disabled = whole();
  // The handle that could not be reached otherwise lies on top.
  left.style.zIndex = a > 0.9 ? 3 : 2;
}

function publish() {
  props.value = whole() ? [] : [{ kind: 'pan', left: Number(left.value), right: Number(right.value), keep }];
  draw();
  trigger('input');
}

function take() {
  const window = (props.value || [])[0];
  [left.value, right.value] = window ? [window.left, window.right] : [-1, 1];
  keep = window ? window.keep !== false : keep;
  draw();
}

left.addEventListener('input', () => { left.value = Math.min(left.value, Number(right.value) - GAP); publish(); });
right.addEventListener('input', () => { right.value = Math.max(right.value, Number(left.value) + GAP); publish(); });
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || button.disabled) return;
  if (button.dataset.keep) keep = button.dataset.keep === 'yes';
  else [left.value, right.value] = [-1, 1];
  publish();
});
watch('value', take);
take();
