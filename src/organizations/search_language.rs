//! The languages that messages are searched in.

use crate::text_enum::text_enum;

text_enum! {
    /// The language a hotel's messages are searched in, ISO 639-1, or `und` for none.
    SearchLanguage {
        /// Arabic.
        Arabic "ar",
        /// Catalan.
        Catalan "ca",
        /// Danish.
        Danish "da",
        /// German.
        German "de",
        /// Greek.
        Greek "el",
        /// English.
        English "en",
        /// Spanish.
        Spanish "es",
        /// Basque.
        Basque "eu",
        /// Finnish.
        Finnish "fi",
        /// French.
        French "fr",
        /// Irish.
        Irish "ga",
        /// Hindi.
        Hindi "hi",
        /// Hungarian.
        Hungarian "hu",
        /// Armenian.
        Armenian "hy",
        /// Indonesian.
        Indonesian "id",
        /// Italian.
        Italian "it",
        /// Lithuanian.
        Lithuanian "lt",
        /// Nepali.
        Nepali "ne",
        /// Dutch.
        Dutch "nl",
        /// Norwegian.
        Norwegian "no",
        /// Portuguese.
        Portuguese "pt",
        /// Romanian.
        Romanian "ro",
        /// Russian.
        Russian "ru",
        /// Serbian.
        Serbian "sr",
        /// Swedish.
        Swedish "sv",
        /// Tamil.
        Tamil "ta",
        /// Turkish.
        Turkish "tr",
        /// None: words are taken as they are.
        None "und",
        /// Yiddish.
        Yiddish "yi",
    }
}
