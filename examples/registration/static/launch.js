// One press instead of two: fetches the token and posts it to Shencai from this very page, so that
// "back" returns here and never to a page whose token is used up. Without JavaScript the form
// itself leads to a page with a button.
for (const form of document.querySelectorAll("form[data-launch]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { action, token } = await answer.json();
      carry(action, token);
    } catch {
      form.submit();
    }
    // The page may be shown again from the browser's cache.
    addEventListener("pageshow", () => { button.disabled = false; }, { once: true });
  });
}

function carry(action, token) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  form.hidden = true;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "token";
  field.value = token;
  form.append(field);
  document.body.append(form);
  form.submit();
  form.remove();
}
