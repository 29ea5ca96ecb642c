// Saves the state of the tab as a file of the browser's, and reads one back; nothing of it stays on the server.
const picker = element.querySelector('.sn-file'), MOST_BYTES = 2000000;

element.querySelector('.sn-save').addEventListener('click', () => trigger('save'));
element.querySelector('.sn-open').addEventListener('click', () => picker.click());
picker.addEventListener('change', async () => {
  const [chosen] = picker.files;
  picker.value = '';
  if (chosen) trigger('open', { text: chosen.size > MOST_BYTES ? '' : await chosen.text(), name: chosen.name });
});

let last = '';
watch('value', () => {
  const { text, name, number } = props.value || {};
  if (!text || String(number) === last) return;
  last = String(number);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
