// Certificates that a test makes for itself.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace radflow {

// A key and what vouches for it.
class Certificate {
 public:
  struct Wish {
    std::string subject = "server";
    std::string names;                             // as openssl.cnf writes subjectAltName; "": none
    long valid_from_s = -3600, valid_to_s = 3600;  // from now
  };

  // Signed by the issuer, or by itself: then it is an authority.
  explicit Certificate(const Wish& wish, const Certificate* issuer = nullptr)
      : key_{EVP_EC_gen("P-256"), EVP_PKEY_free}, x509_{X509_new(), X509_free} {
    static long serial = 0;
    X509_set_version(x509_.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509_.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x509_.get()), wish.valid_from_s);
    X509_gmtime_adj(X509_getm_notAfter(x509_.get()), wish.valid_to_s);
    X509_set_pubkey(x509_.get(), key_.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509_.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(wish.subject.c_str()), -1, -1, 0);
    const Certificate& by = issuer ? *issuer : *this;
    X509_set_issuer_name(x509_.get(), X509_get_subject_name(by.x509_.get()));
    extend(NID_basic_constraints, issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (!wish.names.empty()) extend(NID_subject_alt_name, wish.names);
    X509_sign(x509_.get(), by.key_.get(), EVP_sha256());
  }

  X509* x509() const { return x509_.get(); }
  EVP_PKEY* key() const { return key_.get(); }
  std::string pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> text{BIO_new(BIO_s_mem()), BIO_free};
    PEM_write_bio_X509(text.get(), x509_.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(text.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

 private:
  void extend(int what, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
    X509_add_ext(x509_.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> x509_;
};

}  // namespace radflow
