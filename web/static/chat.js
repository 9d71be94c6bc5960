/* Sends the chat's own forms and swaps the returned part of the page. Everything here also works
   without it: each form is a plain POST. Nothing is stored in the browser. */
(() => {
  "use strict";
  const root = document.documentElement;
  const trouble = document.getElementById("trouble");
  const said = document.getElementById("said");
  const words = trouble.dataset;
  const waits = [1000, 2000, 4000, 8000, 15000];
  const chat = () => document.getElementById("chat");
  const field = () => document.getElementById("text");
  let sending = false;
  let stream = null;
  let poll = 0;

  root.classList.add("js");

  const say = (text, action, act) => {
    trouble.textContent = text || "";
    trouble.hidden = !text;
    if (text && action) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = action;
      button.addEventListener("click", act);
      trouble.append(button);
    }
  };

  const show = (html, keepTyping) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const next = page.getElementById("chat");
    if (!next) return false;
    if (next.lang !== root.lang) location.reload();
    const menu = document.querySelector(".top .menu");
    if (menu) next.querySelector(".top-row").append(menu);
    const old = field();
    const typed = keepTyping && old ? old.value : "";
    const wasTyping = old !== null && document.activeElement === old;
    chat().replaceWith(document.adoptNode(next));
    const input = field();
    if (input && typed) input.value = typed;
    if (input && wasTyping) input.focus({ preventScroll: true });
    const question = document.getElementById("question");
    said.textContent = question ? question.textContent : "";
    settle();
    return true;
  };

  // The whole question is seen, whatever the keyboard leaves of the screen; of what stands above
  // it, as much as fits; a link to be passed on before anything else. A problem too long for both is
  // read from its start, the question begun.
  const settle = () => {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
    for (const button of document.querySelectorAll("[data-share]")) button.hidden = !navigator.share;
    const now = document.getElementById("now");
    const head = document.querySelector(".top");
    if (!now || !head) return;
    const foot = document.querySelector(".composer");
    const room = innerHeight - head.offsetHeight - (foot ? foot.offsetHeight : 0) - 16;
    const box = now.getBoundingClientRect();
    const end = box.bottom + scrollY;
    const problem = document.querySelector(".talk > .bubble.problem");
    const first = problem ? problem.getBoundingClientRect().top + scrollY : end;
    const isBegun = box.top + scrollY + Math.min(box.height, 72) - first <= room;
    let start = box.height > room ? box.top + scrollY : Math.min(box.top + scrollY, end - room);
    if (first < start && isBegun) start = first;
    const link = document.querySelector(".talk > .bubble.link");
    if (link) start = Math.min(start, link.getBoundingClientRect().top + scrollY);
    scrollTo({ top: Math.max(0, start - head.offsetHeight - 8), behavior: "instant" });
  };

  const echo = (text) => {
    const bubble = document.createElement("section");
    bubble.className = "bubble said unsent";
    bubble.textContent = text;
    const talk = document.querySelector(".talk");
    if (talk && text) talk.append(bubble);
    return bubble;
  };

  const post = (form, data, tries, bubble) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.getAttribute("action"));
    request.setRequestHeader("X-Fragment", "1");
    request.timeout = 120000;
    request.upload.onprogress = (event) => {
      if (form.matches(".photo") && event.lengthComputable) {
        say(words.sending + " " + Math.round((100 * event.loaded) / event.total) + "%");
      }
    };
    request.onload = () => {
      if (request.status === 401 || request.status === 403) return location.reload();
      if (request.status === 429 || request.status >= 502) return again();
      sending = false;
      say(request.status === 413 ? words.tooLarge : request.status >= 400 ? words.failed : "");
      if (request.status < 400 && show(request.responseText, false)) return undefined;
      bubble.remove();
      chat().removeAttribute("aria-busy");
      return undefined;
    };
    // The same form with the same message number: what arrived twice counts once.
    const again = () => {
      say(words.offline);
      setTimeout(() => post(form, data, tries + 1, bubble), waits[Math.min(tries, waits.length - 1)]);
    };
    request.onerror = again;
    request.ontimeout = again;
    request.send(data);
  };

  const send = (form, submitter) => {
    if (sending) return;
    sending = true;
    const data = new FormData(form);
    if (submitter && submitter.name) data.append(submitter.name, submitter.value);
    const typed = form.querySelector("#text");
    const bubble = echo(typed ? typed.value : submitter && submitter.matches(".answers *") ? submitter.textContent.trim() : "");
    chat().setAttribute("aria-busy", "true");
    // Only multipart carries files; everything else goes as a plain form.
    post(form, form.matches(".photo") ? data : new URLSearchParams(data), 0, bubble);
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#chat form.turn")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });

  // ---- a link to be passed on

  const copied = (button, isCopied) => {
    said.textContent = isCopied ? button.dataset.done : button.dataset.failed;
    button.textContent = said.textContent;
  };

  // A school's own machine is often reached without HTTPS, where a page has no clipboard.
  const copy = (button) => {
    const address = document.querySelector(".address");
    getSelection().selectAllChildren(address);
    const isCopied = document.execCommand("copy");
    if (isCopied || !navigator.clipboard) return copied(button, isCopied);
    return navigator.clipboard.writeText(button.dataset.copy).then(
      () => copied(button, true), () => copied(button, false));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-share]");
    if (!button) return;
    if (button.dataset.copy) copy(button);
    else navigator.share({ text: button.dataset.text, url: button.dataset.share }).catch(() => {});
  });

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.files.length || !input.form) return;
    for (const other of input.form.querySelectorAll("input[type=file]")) {
      if (other === input) other.name = "photo";
      else other.removeAttribute("name");
    }
    send(input.form, null);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll(".menu[open]")) menu.open = false;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
      event.target.form.requestSubmit();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(".menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // ---- news from another device, the school, or a reminder

  const fetchNews = () => {
    if (sending || document.hidden) return;
    const request = new XMLHttpRequest();
    request.open("GET", "/chat");
    request.setRequestHeader("X-Fragment", "1");
    request.onload = () => {
      if (request.status === 401) return location.reload();
      if (request.status !== 200 || sending) return undefined;
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const next = page.getElementById("chat");
      if (!next || next.dataset.mark === chat().dataset.mark) return undefined;
      const input = field();
      const isWriting = input && input.value !== input.defaultValue;
      const take = () => { say(""); show(request.responseText, false); };
      if (isWriting) say(words.news, words.newsAction, take);
      else take();
      return undefined;
    };
    request.send();
  };

  const listen = () => {
    if (stream) stream.close();
    clearInterval(poll);
    poll = setInterval(fetchNews, 60000);
    if (!("EventSource" in window)) return;
    stream = new EventSource("/chat/news");
    stream.addEventListener("news", fetchNews);
    stream.addEventListener("end", () => location.reload());
    stream.onerror = () => {
      if (stream.readyState === EventSource.CLOSED) {
        clearInterval(poll);
        poll = setInterval(fetchNews, 15000);
      }
    };
  };

  // A phone may have cut the stream while it slept and still call it open.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    listen();
    fetchNews();
  });
  addEventListener("pagehide", () => stream && stream.close());
  if (window.visualViewport) visualViewport.addEventListener("resize", settle);

  settle();
  listen();
})();
