//! How far reading a file has come: a bar on a terminal, nothing elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::ui::terminal::Ui;

/// A bar over the bytes of a file.
pub struct ImportBar(Option<ProgressBar>);

impl ImportBar {
    /// Makes one if the terminal allows it and the size is known.
    #[must_use]
    pub fn new(ui: Ui, bytes: Option<u64>) -> Self {
        let bar = bytes.filter(|_| ui.shows_bars()).map(|bytes| {
            let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
            let template = "recording  {bar:24} {percent:>3}%  {binary_bytes} of {binary_total_bytes}, about {eta} left";
            let style = ProgressStyle::with_template(template)
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.progress_chars("━╸─"));
            bar
        });
        Self(bar)
    }

    /// Moves it to so many bytes.
    pub fn at(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(bytes);
        }
    }
}

impl Drop for ImportBar {
    fn drop(&mut self) {
        // The document tells the rest.
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
