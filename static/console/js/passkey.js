// form[data-passkey] has a hidden field "credential", which the browser fills while it is sent. What the passkey is asked
// stands in the attribute, or comes from the form's own address; data-passkey-new makes one instead.
const K = globalThis.PublicKeyCredential;
const works = K?.parseRequestOptionsFromJSON && navigator.credentials;
const LONGEST_WAIT = 5000;
let waiting, fetched = Promise.resolve(), underway = 0;
const fetchQuestion = async (form) => {
  const settings = { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(LONGEST_WAIT) };
  const answer = await fetch(form.action, settings).finally(() => { underway -= 1; });
  if (!answer.ok) throw new Error("Too many tries. Wait a minute, then try again.");
  return (await answer.json()).request_options.publicKey;
};
// One after the other: the session keeps the last question, and only that one may be answered.
const question = (form) => {
  if (form.dataset.passkey) return JSON.parse(form.dataset.passkey).publicKey;
  underway += 1;
  return fetched = fetched.catch(() => {}).then(() => fetchQuestion(form));
};
// Who signs in by password meanwhile waits for the question: with it comes a session, which would take the place of theirs.
addEventListener("submit", (event) => {
  const { target, submitter } = event;
  if (!underway || "passkey" in target.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  fetched.catch(() => {}).then(() => target.requestSubmit(submitter));
}, true);
// A visit that nobody makes, or one without a passkey, costs neither a request nor a session.
const somebody = () => new Promise((come) => {
  for (const sign of ["pointermove", "pointerdown", "keydown", "focusin"]) addEventListener(sign, come, { once: true });
});
const ask = async (form, mediation) => {
  waiting?.abort();
  waiting = new AbortController();
  const { signal } = waiting;
  const asked = await question(form);
  if (signal.aborted) return;
  const made = "passkeyNew" in form.dataset
    ? await navigator.credentials.create({ publicKey: K.parseCreationOptionsFromJSON(asked), signal })
    : await navigator.credentials.get({ publicKey: K.parseRequestOptionsFromJSON(asked), mediation, signal });
  form.elements.credential.value = JSON.stringify(made);
  form.submit();
};
const words = ({ name, message }) =>
  ({ NotAllowedError: "No passkey was given.", InvalidStateError: "This device has a passkey of your account already." })[name]
  ?? message;
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!works) {
    form.dataset.unusable = "";
    continue;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form).catch((fault) => fault.name === "AbortError" ||
      dispatchEvent(new CustomEvent("say", { detail: words(fault) })));
  });
  if ("passkeyOffer" in form.dataset)
    somebody().then(() => K.isConditionalMediationAvailable?.())
      .then((can) => can && !waiting && ask(form, "conditional")).catch(() => {});
}
