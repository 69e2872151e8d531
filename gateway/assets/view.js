// Opens the read-only view by itself: whoever came here by a click has pressed a button already. A page that a browser
// only prepares, or that nobody sees, waits.
const form = document.querySelector("#open-view");

form.addEventListener("submit", () => {
  form.querySelector("button").disabled = true; // a second press would find the address used up
});

function open() {
  if (!document.prerendering && document.visibilityState === "visible") {
    document.removeEventListener("visibilitychange", open);
    form.requestSubmit();
  }
}

document.addEventListener("visibilitychange", open);
open();
