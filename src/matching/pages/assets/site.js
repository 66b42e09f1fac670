// Nothing here is needed: without it, files are dropped on their fields, and pages that wait load again by themselves.

// A file dropped beside a field goes to the first field that has none, rather than replacing the page.
const fields = [...document.querySelectorAll("input[type=file]")];
for (const field of fields) {
  for (const name of ["dragenter", "dragover"]) field.addEventListener(name, () => field.classList.add("is-over"));
  for (const name of ["dragleave", "drop"]) field.addEventListener(name, () => field.classList.remove("is-over"));
}
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  if (event.target.matches("input[type=file]")) return;
  event.preventDefault();
  const field = fields.find((each) => !each.files.length && each.offsetParent !== null);
  if (field && event.dataTransfer.files.length) {
    const files = new DataTransfer();
    files.items.add(event.dataTransfer.files[0]);
    field.files = files.files;
    field.focus();
  }
});

// Once sent, a form cannot be sent again by an impatient click; the back button finds it ready.
let isLeaving = false;
for (const form of document.forms) {
  form.addEventListener("submit", () => {
    isLeaving = true;
    setTimeout(() => form.querySelectorAll("button").forEach((one) => (one.disabled = true)));
  });
}
addEventListener("pageshow", () => {
  isLeaving = false;
  document.querySelectorAll("button").forEach((one) => (one.disabled = false));
});

// What went wrong is where the reader is.
document.querySelector("#error")?.focus();

// Progress, asked for until the work is over, or given up: loading again would then undo the way back.
const progress = document.querySelector("[data-state]");
if (progress) {
  const bar = progress.querySelector("progress");
  const step = progress.querySelector(".step");
  progress.querySelector(".hint").hidden = true;
  const ask = async () => {
    try {
      const answer = await fetch(progress.dataset.state, { headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (isLeaving) return;
      if (!answer.ok || told.fini) return location.reload();
      if (step.textContent !== told.etape) step.textContent = told.etape;
      if (told.part === null) bar.removeAttribute("value");
      else bar.value = told.part;
    } catch {
      // the server is busy, or gone: ask again
    }
    setTimeout(ask, 400);
  };
  setTimeout(ask, 250);
}
