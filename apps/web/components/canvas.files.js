// Photos in: chosen, dropped or pasted. Python checks what was uploaded.
let bringing = false;

async function bring(chosen) {
  if (!chosen || props.fixed) return;
  if (chosen.type && !chosen.type.startsWith('image/')) return tell('That is not a picture. Choose a JPEG, PNG or WebP file.', true);
  busy(true);
  bringing = true;
  tell('Sending the photo…');
  try {
    const { path } = await upload(chosen);
    trigger('upload', { path });
  } catch (error) {
    busy(false);
    bringing = false;
    tell(`The photo could not be sent (it may be larger than ${props.limit || 'allowed'}). Choose a smaller one.`, true);
  }
}

function tell(text, wrong = false) {
  note.textContent = text || '';
  root.classList.toggle('is-wrong', wrong);
}

function listenToFiles() {
  file.addEventListener('change', () => { bring(file.files[0]); file.value = ''; });
  stage.addEventListener('dragover', (event) => { event.preventDefault(); root.classList.toggle('is-over', !props.fixed); });
  stage.addEventListener('dragleave', () => root.classList.remove('is-over'));
  stage.addEventListener('drop', (event) => {
    event.preventDefault();
    root.classList.remove('is-over');
    bring(event.dataTransfer.files[0]);
  });
  document.addEventListener('paste', (event) => {
    if (props.fixed || element.offsetParent === null || event.target.closest('input, textarea')) return;
    const pasted = [...event.clipboardData.files].find((f) => f.type.startsWith('image/'));
    if (pasted) bring(pasted);
  });
}
