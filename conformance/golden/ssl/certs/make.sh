#!/bin/sh
# Writes the certificates of the tests anew: make.sh, in this folder, with openssl. They are valid for 100 years.
set -e
rm -f *.key
days=36500
key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
# leaf NAME CA SUBJECT EXTENSIONS [MORE]
leaf() {
    [ -e "$1.key" ] || key "$1"
    openssl req -new -key "$1.key" -subj "$3" -out tmp.csr
    printf '%b' "$4" > tmp.ext
    openssl x509 -req -in tmp.csr -CA "$2.pem" -CAkey "$2.key" -set_serial "$5" -days "${6:-$days}" -extfile tmp.ext -out "$1.pem" 2>/dev/null
}
ca() {
    key "$1"
    openssl req -x509 -new -key "$1.key" -subj "$2" -days $days -set_serial "$3" -out "$1.pem" \
        -addext 'keyUsage=critical,keyCertSign,cRLSign'
}
ca ca '/O=Taipan tests/CN=test root' 1
ca other '/CN=nobody knows me' 2
usage='basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n'
leaf server ca '/C=XX/O=Taipan tests/CN=server.test' "${usage}extendedKeyUsage=serverAuth\nsubjectAltName=DNS:server.test,DNS:*.wild.test,IP:127.0.0.1,IP:::1,email:a@b.test,URI:http://u.test/,dirName:dn\nauthorityInfoAccess=OCSP;URI:http://ocsp.test/,caIssuers;URI:http://ca.test/c.der\ncrlDistributionPoints=URI:http://crl.test/c.crl\n[dn]\nCN=a name\n" 255
leaf second ca '/CN=second.test' "${usage}subjectAltName=DNS:second.test\n" 4
leaf client ca '/CN=client' "${usage}extendedKeyUsage=clientAuth\n" 5
leaf expired ca '/CN=server.test' "${usage}subjectAltName=DNS:server.test\n" 6 -1
leaf revoked ca '/CN=server.test' "${usage}subjectAltName=DNS:server.test\n" 7
leaf stranger other '/CN=server.test' "${usage}subjectAltName=DNS:server.test\n" 8
# Keys of other kinds.
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key 2>/dev/null
openssl genpkey -algorithm ED25519 -out edwards.key
leaf rsa ca '/CN=rsa' "${usage}subjectAltName=DNS:server.test\n" 10
leaf edwards ca '/CN=edwards' "${usage}subjectAltName=DNS:server.test\n" 11
openssl req -x509 -new -key second.key -subj /CN=server.test -days $days -set_serial 9 -out selfsigned.pem -addext 'subjectAltName=DNS:server.test'
openssl pkcs8 -topk8 -in server.key -passout pass:secret -v2 aes-256-cbc -out pkcs8.key
openssl ec -in server.key -aes128 -passout pass:secret -out traditional.key 2>/dev/null
cat server.pem server.key > both.pem
printf '[d]\ndatabase=tmp.index\ncrlnumber=tmp.number\ndefault_md=sha256\n[ca]\ndefault_ca=d\n' > tmp.cnf
printf 'R\t21000101000000Z\t240101000000Z\t07\tunknown\t/CN=server.test\n' > tmp.index
echo 01 > tmp.number
openssl ca -config tmp.cnf -gencrl -keyfile ca.key -cert ca.pem -crldays $days -out ca.crl 2>/dev/null
rm -f tmp.*
