//! Reading a message as the program of its reader does.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::server::Received;

impl Received {
    fn parts(&self) -> (Vec<(String, String)>, String) {
        let (head, body) = self.data.split_once("\r\n\r\n").unwrap();
        assert!(!body.replace("\r\n", "").contains(['\r', '\n']), "lines end in CRLF");
        let head = head.replace("\r\n ", " ");
        let headers = head.split("\r\n").map(|line| {
            let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("no header: {line:?}"));
            (name.to_owned(), value.to_owned())
        });
        (headers.collect(), body.replace("\r\n", "\n"))
    }

    pub fn header_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.parts().0.into_iter().map(|(name, _)| name).collect();
        names.sort();
        names
    }

    pub fn header(&self, name: &str) -> String {
        self.parts().0.into_iter().find(|(other, _)| other == name).unwrap_or_else(|| panic!("no {name}")).1
    }

    /// The body, as a person reads it.
    pub fn text(&self) -> String {
        let body = self.parts().1;
        match self.header("Content-Transfer-Encoding").as_str() {
            "7bit" => body,
            "quoted-printable" => unquote(&body),
            "base64" => String::from_utf8(BASE64_STANDARD.decode(body.replace('\n', "")).unwrap())
                .unwrap()
                .replace("\r\n", "\n"),
            other => panic!("{other}"),
        }
    }

    /// The subject, as a person reads it: encoded words of RFC 2047, and between them what is plain.
    pub fn subject(&self) -> String {
        let subject = self.header("Subject").replace("?= =?", "?==?");
        let mut parts = subject.split("=?utf-8?b?");
        let mut read = parts.next().unwrap().to_owned();
        for part in parts {
            let (word, plain) = part.split_once("?=").unwrap();
            read.push_str(std::str::from_utf8(&BASE64_STANDARD.decode(word).unwrap()).unwrap());
            read.push_str(plain);
        }
        read
    }
}

/// RFC 2045, 6.7.
fn unquote(body: &str) -> String {
    let body = body.replace("=\n", "");
    let mut bytes = Vec::new();
    for (index, part) in body.split('=').enumerate() {
        let rest = if index == 0 {
            part
        } else {
            bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
            &part[2..]
        };
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap()
}
