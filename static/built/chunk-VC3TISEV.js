function e(){let{matchMedia:a,navigator:n}=globalThis;return a?n?.standalone===!0||a.call(globalThis,"(display-mode: standalone)").matches:null}export{e as a};
