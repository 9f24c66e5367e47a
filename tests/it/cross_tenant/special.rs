//! What the document does not say enough of: signing in and its kin, and tokens that are not what they seem.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::draft::{Drafting, Rule};
use super::hotels::Way;
use super::run::Reader;
use crate::fuzz::Operation;
use crate::support::PASSWORD;

impl Drafting<'_> {
    /// Signing in and its kin.
    pub async fn special(&mut self, operation: &Operation, body: &mut Value, reader: &mut Reader) {
        let who = &self.run.hotels[self.hotel].members[self.member];
        match &*operation.id {
            "auth_login" => {
                let abroad = self.percent(30);
                let house = if abroad { self.rival() } else { self.hotel };
                *body = who.credentials(&self.run.hotels[house].slug);
                if abroad {
                    self.foreign("slug");
                    *reader = Reader::Nobody;
                    self.rules.push(Rule::Refused("credentials of another hotel"));
                } else if self.percent(20) {
                    body["password"] = json!("another one");
                }
            }
            "auth_refresh" => {
                let token = who.refresh_token().await;
                let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(token.get(4..).unwrap_or_default()).unwrap_or_default();
                if bytes.len() > 4 {
                    let rival = self.rival();
                    bytes[..4].copy_from_slice(&self.run.hotels[rival].id.to_be_bytes());
                }
                self.foreign("refresh token with another hotel's number");
                *body = json!({"refreshToken": format!("szr_{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))});
                *reader = Reader::Nobody;
                self.rules.push(Rule::Refused("a tampered refresh token"));
            }
            "auth_forgot_password" => {
                let abroad = self.percent(50);
                let house = if abroad { self.rival() } else { self.hotel };
                if abroad {
                    self.foreign("slug");
                }
                let credentials = who.credentials(&self.run.hotels[house].slug);
                *body = json!({"organization": credentials["organization"], "email": credentials["email"]});
                *reader = Reader::Nobody;
            }
            "auth_reset_password" => match self.run.post.token(self.hotel, "szp_") {
                Some(token) => *body = json!({"token": token, "newPassword": PASSWORD}),
                None => self.made_up(reader),
            },
            "auth_accept_invitation" => match self.run.post.token(self.hotel, "szi_") {
                Some(token) => *body = json!({"token": token, "fullName": self.word(), "password": PASSWORD}),
                None => self.made_up(reader),
            },
            // To the same, so that who signs in next knows it.
            "auth_change_password" => {
                *body = json!({"currentPassword": PASSWORD, "newPassword": PASSWORD});
            }
            _ => {}
        }
    }

    fn made_up(&mut self, reader: &mut Reader) {
        *reader = Reader::Nobody;
        self.rules.push(Rule::Refused("a made-up secret"));
    }

    /// The same token with something of another hotel's in it.
    pub fn tampered(&mut self, token: &str, rival_token: &str, way: Way) -> String {
        let rival = self.rival();
        let number = self.run.hotels[rival].id;
        if way == Way::Key {
            self.foreign("key with another hotel's number");
            let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(token.get(4..).unwrap_or_default()).unwrap_or_default();
            if bytes.len() > 4 {
                bytes[..4].copy_from_slice(&number.to_be_bytes());
            }
            return format!("szk_{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
        }
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        let theirs: Vec<&str> = rival_token.split('.').collect();
        if parts.len() != 3 || theirs.len() != 3 {
            return "e30.e30.e30".into();
        }
        if self.percent(50) {
            self.foreign("token with another hotel's number");
            let claims = BASE64_URL_SAFE_NO_PAD.decode(&parts[1]).unwrap_or_default();
            let mut claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
            claims["org"] = json!(number);
            parts[1] = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
            if self.percent(30) {
                parts[0] = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
            }
        } else {
            self.foreign("token with another's signature");
            parts[2] = theirs[2].to_owned();
        }
        parts.join(".")
    }
}
