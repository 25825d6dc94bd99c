// What the page needs beside Streamlit's elements. It is put into the page with each drawing, and begins once.
document.documentElement.lang = 'LANGUAGE';
if (!document.getElementById('sk-say')) {
  // A screen reader says each new step. It watches a region that stays in the page, and Streamlit puts a new element in
  // the place of the old one with each drawing: so what is to be said is copied over.
  const say = document.createElement('div');
  say.id = 'sk-say';
  say.setAttribute('role', 'status');
  say.setAttribute('aria-live', 'polite');
  document.body.append(say);
  const root = document.getElementById('root');
  new MutationObserver(() => {
    // Whatever takes Streamlit's page down leaves it empty: it is drawn anew, but not again and again.
    const last = Number(sessionStorage.getItem('sk-drawn-anew')), now = Date.now();
    if (!root.childElementCount && now - last > 10000) {
      sessionStorage.setItem('sk-drawn-anew', now);
      location.reload();
    }
    const said = [...document.querySelectorAll('.sk [data-say]')].map(e => e.textContent).join('. ');
    if (said && say.textContent !== said) say.textContent = said;
  }).observe(root, {childList: true, subtree: true, characterData: true});

  // Lines from a released value to its fact: in the record, and in the table of facts.
  const space = 'http://www.w3.org/2000/svg';
  const lines = document.createElementNS(space, 'svg');
  lines.id = 'sk-lines';
  lines.setAttribute('aria-hidden', 'true');
  document.body.append(lines);
  const part = element => element.closest('pre, dl, .wide');
  // Where a line ends: at the element, or at the edge of the box in which it is scrolled out of sight.
  const end = (element, towards) => {
    const own = element.getBoundingClientRect(), box = part(element).getBoundingClientRect();
    const within = (value, least, most) => Math.max(least, Math.min(most, value));
    const x = towards < own.left ? own.left : towards > own.right ? own.right : (own.left + own.right) / 2;
    return [within(x, box.left, box.right), within((own.top + own.bottom) / 2, box.top, box.bottom)];
  };
  const middle = element => (element.getBoundingClientRect().left + element.getBoundingClientRect().right) / 2;
  const join = (one, other) => {
    const line = document.createElementNS(space, 'line');
    const [x1, y1] = end(one, middle(other)), [x2, y2] = end(other, middle(one));
    Object.entries({x1, y1, x2, y2}).forEach(([name, value]) => line.setAttribute(name, value));
    lines.append(line);
  };
  const same = pointed => {
    const facts = pointed.dataset.facts.split(' ');
    return [...document.querySelectorAll('.sk [data-facts]')].filter(
      other => other.checkVisibility() && other.dataset.facts.split(' ').some(fact => facts.includes(fact)));
  };
  const show = pointed => {
    lines.replaceChildren();
    document.querySelectorAll('.sk-on').forEach(element => element.classList.remove('sk-on'));
    for (const other of pointed ? same(pointed) : []) {
      other.classList.add('sk-on');
      if (part(other) !== part(pointed)) join(pointed, other);
    }
  };
  // A click brings the fact into sight, within the box of the record.
  const bring = pointed => {
    for (const other of pointed ? same(pointed) : []) {
      const box = part(other), off = other.getBoundingClientRect().top - box.getBoundingClientRect().top;
      if (box !== part(pointed)) box.scrollTop += off - box.clientHeight / 2;
    }
  };
  addEventListener('click', event => bring(event.target.closest?.('.sk [data-facts]')));
  addEventListener('pointerover', event => show(event.target.closest?.('.sk [data-facts]')));
  addEventListener('scroll', () => show(document.querySelector('.sk [data-facts]:hover')), true);
}
