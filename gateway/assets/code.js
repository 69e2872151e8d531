// Phones that can read the identification code out of the text message fill it in and go on; elsewhere it is typed.
const field = document.querySelector("#code");

if (field && "OTPCredential" in window) {
  const reading = new AbortController();
  field.form.addEventListener("submit", () => reading.abort());
  navigator.credentials
    .get({ otp: { transport: ["sms"] }, signal: reading.signal })
    .then((text) => {
      field.value = text.code;
      field.form.requestSubmit();
    })
    .catch(() => {}); // refused or too late
}
