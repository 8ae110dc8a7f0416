//! The colours of charts, once for light and once for dark surroundings.
//!
//! Charts are drawn in the colours for light; the page's style replaces each by its other in the dark. The colours for
//! data differ for people who see red and green alike, and nothing is told by colour alone.

use plotters::style::RGBColor;

/// What a colour is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Text.
    Text,
    /// Text and lines that stand back.
    Muted,
    /// Lines that only guide the eye.
    Grid,
    /// Gains, runs that succeeded, the fleet.
    Blue,
    /// Losses, failures, caps.
    Red,
    /// A further series.
    Amber,
    /// A further series.
    Green,
    /// A further series.
    Purple,
    /// A further series.
    Brown,
    /// A further series.
    Teal,
    /// What is calm: nothing to do.
    Calm,
}

impl Ink {
    /// Every colour.
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Muted,
        Self::Grid,
        Self::Blue,
        Self::Red,
        Self::Amber,
        Self::Green,
        Self::Purple,
        Self::Brown,
        Self::Teal,
        Self::Calm,
    ];

    /// Returns the colours for light and for dark surroundings.
    const fn pair(self) -> [(u8, u8, u8); 2] {
        match self {
            Self::Text => [(0x1B, 0x1F, 0x24), (0xE8, 0xEB, 0xEF)],
            Self::Muted => [(0x57, 0x60, 0x6A), (0xA7, 0xB0, 0xBB)],
            Self::Grid => [(0xDD, 0xE2, 0xE8), (0x33, 0x3A, 0x43)],
            Self::Blue => [(0x00, 0x5F, 0xA3), (0x5C, 0xB3, 0xF0)],
            Self::Red => [(0xC2, 0x41, 0x0C), (0xFF, 0x8A, 0x5C)],
            Self::Amber => [(0x96, 0x5F, 0x00), (0xF2, 0xB7, 0x3F)],
            Self::Green => [(0x00, 0x7A, 0x5E), (0x3F, 0xC9, 0xA3)],
            Self::Purple => [(0x8E, 0x3B, 0x8E), (0xD9, 0x92, 0xDB)],
            Self::Brown => [(0x6B, 0x4A, 0x2B), (0xC9, 0xA2, 0x7C)],
            Self::Teal => [(0x1F, 0x75, 0x8A), (0x7F, 0xD6, 0xEA)],
            Self::Calm => [(0xA9, 0xB3, 0xBE), (0x5B, 0x66, 0x73)],
        }
    }

    /// Returns the colour as charts are drawn.
    pub const fn color(self) -> RGBColor {
        let [(red, green, blue), _] = self.pair();
        RGBColor(red, green, blue)
    }

    /// Returns the colour for light surroundings as charts name it: `#1B1F24`.
    pub fn light(self) -> String {
        let [color, _] = self.pair();
        hex(color)
    }

    /// Returns the colour for dark surroundings.
    pub fn dark(self) -> String {
        let [_, color] = self.pair();
        hex(color)
    }
}

fn hex((red, green, blue): (u8, u8, u8)) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// Returns the style that gives a chart its colours in the dark, on screens only: paper is light.
pub fn dark_style() -> String {
    let rule = |ink: Ink| {
        let (light, dark) = (ink.light(), ink.dark());
        format!("svg [fill=\"{light}\"]{{fill:{dark}}}svg [stroke=\"{light}\"]{{stroke:{dark}}}")
    };
    let rules: String = Ink::ALL.into_iter().map(rule).collect();
    format!("@media screen and (prefers-color-scheme: dark){{{rules}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours as WCAG 2 defines it, 1..=21.
    fn contrast(one: (u8, u8, u8), other: (u8, u8, u8)) -> f64 {
        let channel = |value: u8| {
            let share = f64::from(value) / 255.0;
            if share <= 0.040_45 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        let luminance = |(red, green, blue): (u8, u8, u8)| {
            0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_and_data_stand_out_from_the_page_in_light_and_in_dark() {
        for ink in Ink::ALL {
            let [light, dark] = ink.pair();
            let least = match ink {
                Ink::Grid => 1.0,
                // A calm bar is to be seen, not to be read.
                Ink::Calm => 2.0,
                _ => 4.5,
            };
            let found = (
                contrast(light, (0xFF, 0xFF, 0xFF)),
                contrast(dark, (0x14, 0x18, 0x1D)),
            );
            assert!(found.0 >= least && found.1 >= least, "{ink:?}: {found:?}");
        }
    }
}
