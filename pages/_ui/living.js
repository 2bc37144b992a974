// What lives for an element of the page, from its first call to the end of the element.
//
// Streamlit 1.67 may call a component's clean-up after a newer call of the same component: so an end
// is an end only where the element has left the page.

const lives = new WeakMap();

function lifeOf(parent, make) {
  if (!lives.has(parent)) lives.set(parent, make());
  return lives.get(parent);
}

// The clean-up to return to Streamlit.
function ending(parent, end) {
  return () =>
    setTimeout(() => {
      if (parent.isConnected || !lives.has(parent)) return;
      end(lives.get(parent));
      lives.delete(parent);
    });
}
