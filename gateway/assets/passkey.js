// A form with data-passkey ("make" or "prove") asks the browser for a passkey before it is sent. data-options says
// which; where there is none the address in data-ask is asked for it. The answer travels in the field "credential".
// What needs a browser with passkeys is hidden until here.
const able = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.ask, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

for (const place of document.querySelectorAll("[data-with-passkeys]")) place.hidden = !able;
for (const place of document.querySelectorAll("[data-without-passkeys]")) place.hidden = able;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const trouble = form.querySelector(".passkey-trouble");
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    trouble.hidden = true;
    try {
      const options = await optionsOf(form);
      const answer =
        form.dataset.passkey === "make"
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.credential.value = JSON.stringify(answer);
      form.requestSubmit();
    } catch {
      trouble.hidden = false; // turned away, too late, or no passkey here
    }
  });
}
